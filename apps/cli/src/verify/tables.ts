import { RainhooksError } from "@rainhooks/core";
import { FIRST_SLOTS, readSlots, type Slot } from "@rainhooks/dynamodb";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots-table";
import {
  BUCKETS,
  outcomeOf,
  type VerifyOutcome,
  type VerifyParts,
  type VerifyRequest,
  verifyStore,
} from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import type { ReachedStage } from "@rainhooks/stage";
import { slotClient } from "@rainhooks/stage";
import { nodesOfOption } from "../ask/find-node.ts";
import { printJson } from "../output.ts";
import { reachStage } from "../reach/stage.ts";
import { StatusLine } from "../replay/progress.ts";
import { worksFor } from "../store-work/works.ts";
import type { VerifyOptions } from "./options.ts";
import { archivedHours, handledByStoreMs } from "./parts.ts";
import { printTablesReport } from "./tables-text.ts";
import { workParts } from "./work-parts.ts";

/** Compares the tables of a webhook with what follows from the archive, and prints the result. */
export async function verifyTables(store: Store, options: VerifyOptions): Promise<VerifyOutcome> {
  const reached = await reachStage(options);
  const request = await requestOf(reached, store, options);
  const status = new StatusLine();
  const report = await verifyStore(request, await partsOf(reached, store, request, options, status));
  status.clear();
  const outcome = outcomeOf(report, request.fromMs !== undefined);
  if (options.json) await printJson(`${JSON.stringify({ store, outcome, ...report }, undefined, 2)}\n`);
  else await printTablesReport(store, report, outcome);
  return outcome;
}

async function requestOf(
  reached: ReachedStage,
  store: Store,
  { from: fromMs, to, node, sample }: VerifyOptions,
): Promise<VerifyRequest> {
  const lastMs = await handledByStoreMs(reached, store);
  const toMs = to ?? lastMs;
  if (toMs > lastMs) {
    const last = new Date(lastMs).toISOString();
    throw wrong(`${store} may not have handled all deliveries before --to. Leave it out, or use ${last}.`);
  }
  if (fromMs !== undefined && fromMs >= toMs) throw wrong("--from must be before --to.");
  const nodes = await nodesOfOption(reached, node);
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
  options: VerifyOptions,
  status: StatusLine,
): Promise<VerifyParts> {
  // One slot for the whole verification, also if the other one becomes live meanwhile.
  const slot = await liveSlot(reached, store);
  return {
    ...(await workParts(reached, store, slot)),
    startWorks: await (await worksFor(reached, { options, store })).verifyWorks(slot),
    nowMs: Date.now,
    hoursWhenArchived: async (toMs) => {
      status.clear();
      return archivedHours(reached, { fromMs, toMs });
    },
    onProgress: (text) => status.show(text),
  };
}

/** Returns the slot of a store that is live; a stage of an older version has one. */
async function liveSlot(reached: ReachedStage, store: Store): Promise<Slot> {
  const tableName = reached.outputs.tables[tableSlotsTable.name];
  if (tableName === undefined) return FIRST_SLOTS.live;
  return (await readSlots({ client: slotClient(reached), tableName }, store)).live;
}

function wrong(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
