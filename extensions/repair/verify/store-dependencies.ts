import { RainhooksError } from "@rainhooks/core/errors";
import { readSlots } from "@rainhooks/dynamodb/slots/read";
import { type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, reachedArchive } from "@rainhooks/stage/operate/stage/archive";
import { functionOf } from "@rainhooks/stage/outputs";
import { type ReachedStage, tableOf } from "@rainhooks/stage/reached";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { handledUntilMs } from "../archived/handled-until.ts";
import { waitUntilArchived } from "../archived/wait-until-archived.ts";
import { targetOf } from "../replay/target.ts";
import type { Store } from "../store-names.ts";
import { earlierSettings, modelOfStore, storeSettings } from "../stores.ts";
import type { FunctionSetup } from "../work/function-works.ts";
import { filterDependenciesOf } from "./filter-dependencies.ts";
import { earlierIn, outputsHistoryOf } from "./outputs-history.ts";
import { subscriptionsOf } from "./subscriptions.ts";
import type { WorkDependencies } from "./verify-work.ts";

/** A store of a stage, and the definition of the webhook that fills it. */
export interface StoreOfStage {
  readonly reached: ReachedStage;
  readonly store: Store;
  readonly definition: Pick<Webhook, "events" | "filtered">;
}

/** Returns what was in force for a store at any time: its settings, rules and subscriptions. */
async function historyOf({ reached, store, definition }: StoreOfStage) {
  const { events, filtered } = definition;
  const history = await outputsHistoryOf(reached);
  const settingOf = (name: string) => settingIn(reached, store, name);
  return {
    settingOf,
    earlierOf: earlierIn(history, store),
    webhook: { events, filtered, ...subscriptionsOf(reached, store, history) },
    filter: await filterDependenciesOf(reached),
  };
}

/** Returns what reading the archive for a store needs. */
export async function archiveDependencies(place: StoreOfStage) {
  const { settingOf, earlierOf, webhook, filter } = await historyOf(place);
  return {
    ...filter,
    model: modelOfStore(place.store, settingOf, earlierOf),
    webhook,
    archive: reachedArchive(place.reached),
    nowMs: Date.now,
  };
}

/** Returns what reading the archive and the tables of a slot needs. */
export async function workDependencies(place: StoreOfStage, slot: Slot): Promise<WorkDependencies> {
  const nameOf = (table: string) => tableOf(place.reached, slotTableName(table, slot));
  return { ...(await archiveDependencies(place)), tables: { client: slotClient(place.reached), nameOf } };
}

/** Returns what functions that do the work need to know. */
export async function functionSetup(place: StoreOfStage, slot: Slot): Promise<FunctionSetup> {
  const { settingOf, earlierOf, webhook, filter } = await historyOf(place);
  const { store } = place;
  return {
    store,
    slot,
    settings: storeSettings(store, settingOf),
    earlier: earlierSettings(store, earlierOf),
    integration: filter.integration,
    webhook,
  };
}

/**
 * Waits until everything before a time is archived, and returns the folders in which deliveries from `fromMs`
 * on are.
 */
export async function archivedHours(
  reached: ReachedStage,
  range: { readonly fromMs: number; readonly toMs: number },
  options: OperationOptions,
) {
  await waitUntilArchived(reached, range.toMs, { ...options, wait: true });
  return hoursOf(reached, range, Date.now());
}

/** Returns up to which time of publishing the webhook of a store has handled all deliveries. */
export async function handledByStoreMs({ reached, store }: StoreOfStage): Promise<number> {
  const { queueUrl = "" } = functionOf(reached.outputs, store, "topics") ?? {};
  return handledUntilMs(reached, [queueUrl, targetOf(reached, store).queueUrl]);
}

/** Returns a setting of a webhook as the stage has it today. */
export function settingIn({ outputs }: ReachedStage, store: Store, name: string): number {
  const { stage } = outputs;
  const value = Number(functionOf(outputs, store, "topics")?.settings[name]?.value ?? Number.NaN);
  if (Number.isFinite(value)) return value;
  throw new RainhooksError(
    "stage-unavailable",
    `Stage ${stage} does not say its setting ${name} of ${store}. Deploy it again with this version.`,
  );
}

/** Returns the slot of a store that is live. */
export async function liveSlot({ reached, store }: StoreOfStage): Promise<Slot> {
  const tableName = tableOf(reached, tableSlotsTable.name);
  return (await readSlots({ client: slotClient(reached), tableName }, store)).live;
}
