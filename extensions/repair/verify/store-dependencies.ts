import { RainhooksError } from "@rainhooks/core/errors";
import { readSlots, type SlotTable } from "@rainhooks/dynamodb/slots/read";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf } from "@rainhooks/stage/operate/stage/archive";
import { functionOf } from "@rainhooks/stage/outputs";
import { type StageAccess, tableOf } from "@rainhooks/stage/reached";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { handledUntilMs } from "../archived/handled-until.ts";
import { waitUntilArchived } from "../archived/wait-until-archived.ts";
import { targetOf } from "../replay/target.ts";
import type { Store } from "../store-names.ts";
import { storeSettings } from "../stores.ts";

/** A store of a stage, and the definition of the webhook that fills it. */
export interface StoreOfStage {
  readonly reached: StageAccess;
  readonly store: Store;
  readonly definition: Pick<Webhook, "events" | "filtered">;
}

/**
 * Returns by what the deliveries of a store are judged, for the function that does the work.
 *
 * @param sinceMs What was published before cannot be judged. @defaultValue all is judged as if it came today
 */
export function verifySetup({ reached, store, definition: { events, filtered } }: StoreOfStage, sinceMs = 0) {
  const { subscribed } = targetOf(reached, store);
  return {
    store,
    judged: {
      settings: storeSettings(store, (name) => settingIn(reached, store, name)),
      integration: reached.outputs.integration,
      webhook: { events, filtered, subscribed, sinceMs },
    },
  };
}

/**
 * Waits until everything before a time is archived, and returns the folders in which deliveries from `fromMs`
 * on are.
 */
export async function archivedHours(
  reached: StageAccess,
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
function settingIn({ outputs }: StageAccess, store: Store, name: string): number {
  const { stage } = outputs;
  const value = Number(functionOf(outputs, store, "topics")?.settings[name]?.value ?? Number.NaN);
  if (Number.isFinite(value)) return value;
  throw new RainhooksError(
    "stage-unavailable",
    `Stage ${stage} does not say its setting ${name} of ${store}. Deploy it again with this version.`,
  );
}

/** Returns where the slots of a stage are said, read with a client that does not follow slots. */
export function slotsTableOf(reached: StageAccess): SlotTable {
  return { client: slotClient(reached), tableName: tableOf(reached, tableSlotsTable.name) };
}

/** Returns the slot of a store that is live. */
export async function liveSlot({ reached, store }: StoreOfStage): Promise<Slot> {
  return (await readSlots(slotsTableOf(reached), store)).live;
}
