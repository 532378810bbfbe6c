import { WEBHOOKS } from "@rainhooks/app-webhook-list";
import { RainhooksError } from "@rainhooks/core";
import { nodeStatusFacts } from "@rainhooks/node-status";
import {
  BUCKETS,
  outcomeOf,
  type VerifyOutcome,
  type VerifyParts,
  type VerifyRequest,
  verifyStore,
} from "@rainhooks/operate";
import { type ReachedStage, tableOf } from "@rainhooks/stage";
import { timeSeriesFacts } from "@rainhooks/time-series";
import { printJson } from "../output.ts";
import { reachStage } from "../reach/stage.ts";
import { StatusLine } from "../replay/progress.ts";
import { hoursOf, reachedArchive, targetOf } from "../replay/target.ts";
import { waitUntilArchived } from "../replay/wait-until-archived.ts";
import { filterPartsOf } from "./filter-parts.ts";
import { handledUntilMs } from "./handled-until.ts";
import type { VerifyOptions } from "./options.ts";
import { printTablesReport } from "./tables-text.ts";

type Store = "node-status" | "time-series";

/** Compares the tables of a webhook with what follows from the archive, and prints the result. */
export async function verifyTables(store: Store, options: VerifyOptions): Promise<VerifyOutcome> {
  const reached = await reachStage(options);
  const request = await requestOf(reached, store, options);
  const status = new StatusLine();
  const report = await verifyStore(request, await partsOf(reached, store, request, status));
  status.clear();
  const outcome = outcomeOf(report, request.fromMs !== undefined);
  if (options.json) await printJson(`${JSON.stringify({ store, outcome, ...report }, undefined, 2)}\n`);
  else await printTablesReport(store, report, outcome);
  return outcome;
}

async function requestOf(
  reached: ReachedStage,
  store: Store,
  { from: fromMs, to, node: nodes, sample }: VerifyOptions,
): Promise<VerifyRequest> {
  const { queueUrl = "" } = reached.outputs.webhooks[store] ?? {};
  const lastMs = await handledUntilMs(reached, [queueUrl, targetOf(reached, store).queueUrl]);
  const toMs = to ?? lastMs;
  if (toMs > lastMs) {
    const last = new Date(lastMs).toISOString();
    throw wrong(`${store} may not have handled all deliveries before --to. Leave it out, or use ${last}.`);
  }
  if (fromMs !== undefined && fromMs >= toMs) throw wrong("--from must be before --to.");
  return { fromMs, toMs, nodes, ...(sample === undefined ? {} : { buckets: chooseBuckets(sample) }) };
}

/** Chooses some of the buckets of nodes, at least one. */
function chooseBuckets(share: number): number[] {
  const all = [...Array(BUCKETS).keys()].map((bucket) => ({ bucket, order: Math.random() }));
  all.sort((a, b) => a.order - b.order);
  return all.slice(0, Math.max(1, Math.round(BUCKETS * share))).map(({ bucket }) => bucket);
}

async function partsOf(
  reached: ReachedStage,
  store: Store,
  { fromMs = 0 }: VerifyRequest,
  status: StatusLine,
): Promise<VerifyParts> {
  const { clients } = reached;
  const definition = WEBHOOKS.find(({ name }) => name === store);
  if (definition === undefined) throw new RainhooksError("not-found", `There is no webhook ${store} here.`);
  const { events, filtered } = definition;
  return {
    ...(await filterPartsOf(reached)),
    model: modelOf(reached, store),
    webhook: { events, filtered, subscribed: targetOf(reached, store).subscribed },
    tables: { client: clients.dynamodb, nameOf: (table) => tableOf(reached, table) },
    archive: reachedArchive(reached),
    hoursWhenArchived: async (readAtMs) => {
      status.clear();
      await waitUntilArchived(reached, readAtMs, true);
      return hoursOf(reached, { fromMs, toMs: readAtMs }, Date.now());
    },
    nowMs: Date.now,
    onProgress: (text) => status.show(text),
  };
}

function modelOf(reached: ReachedStage, store: Store) {
  const setting = (name: string) => settingOf(reached, store, name);
  return store === "node-status"
    ? nodeStatusFacts({
        timelineDays: setting("timelineDays"),
        seenIntervalMs: setting("seenIntervalS") * 1000,
      })
    : timeSeriesFacts({ retentionDays: setting("retentionDays") });
}

/** Returns a setting of a webhook as the stage has it today. */
function settingOf({ outputs: { stage, webhooks } }: ReachedStage, store: Store, name: string): number {
  const value = Number(webhooks[store]?.settings?.[name]?.value ?? Number.NaN);
  if (Number.isFinite(value)) return value;
  throw new RainhooksError(
    "stage-unavailable",
    `Stage ${stage} does not say its setting ${name} of ${store}. Deploy it again with this version.`,
  );
}

function wrong(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
