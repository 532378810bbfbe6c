import { WEBHOOKS } from "@rainhooks/app-webhook-list";
import { RainhooksError } from "@rainhooks/core";
import { modelOfStore, type RebuildParts, type VerifyParts } from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import type { ReachedStage } from "@rainhooks/stage";
import type { Webhook } from "@rainhooks/webhook/define";
import { hoursOf, reachedArchive, targetOf } from "../replay/target.ts";
import { waitUntilArchived } from "../replay/wait-until-archived.ts";
import { filterPartsOf } from "./filter-parts.ts";
import { handledUntilMs } from "./handled-until.ts";
import { earlierIn, outputsHistoryOf } from "./outputs-history.ts";
import { subscriptionsOf } from "./subscriptions.ts";

/** What reading the archive for a store needs. */
export type ArchiveParts = Pick<
  VerifyParts & RebuildParts,
  "model" | "webhook" | "archive" | "rules" | "known" | "integration" | "nowMs"
>;

/** Returns what reading the archive for a store needs. */
export async function archiveParts(reached: ReachedStage, store: Store): Promise<ArchiveParts> {
  const { events, filtered } = definitionOf(store);
  const history = await outputsHistoryOf(reached);
  return {
    ...(await filterPartsOf(reached)),
    model: modelOfStore(store, (name) => settingOf(reached, store, name), earlierIn(history, store)),
    webhook: { events, filtered, ...subscriptionsOf(reached, store, history) },
    archive: reachedArchive(reached),
    nowMs: Date.now,
  };
}

/** Returns the definition of the webhook that fills a store. */
export function definitionOf(store: Store): Webhook {
  const definition = WEBHOOKS.find(({ name }) => name === store);
  if (definition !== undefined) return definition;
  throw new RainhooksError("not-found", `There is no webhook ${store} here.`);
}

/** Waits until everything before a time is archived, and returns the folders in which deliveries from `fromMs` on are. */
export async function archivedHours(
  reached: ReachedStage,
  range: { readonly fromMs: number; readonly toMs: number },
) {
  await waitUntilArchived(reached, range.toMs, true);
  return hoursOf(reached, range, Date.now());
}

/** Returns up to which time of publishing the webhook of a store has handled all deliveries. */
export async function handledByStoreMs(reached: ReachedStage, store: Store): Promise<number> {
  const { queueUrl = "" } = reached.outputs.webhooks[store] ?? {};
  return handledUntilMs(reached, [queueUrl, targetOf(reached, store).queueUrl]);
}

/** Returns a setting of a webhook as the stage has it today. */
export function settingOf(
  { outputs: { stage, webhooks } }: ReachedStage,
  store: Store,
  name: string,
): number {
  const value = Number(webhooks[store]?.settings?.[name]?.value ?? Number.NaN);
  if (Number.isFinite(value)) return value;
  throw new RainhooksError(
    "stage-unavailable",
    `Stage ${stage} does not say its setting ${name} of ${store}. Deploy it again with this version.`,
  );
}
