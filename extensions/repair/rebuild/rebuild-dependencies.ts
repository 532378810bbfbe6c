import { setTimeout as pause } from "node:timers/promises";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { MAX_SLOTS_AGE_MS } from "@rainhooks/dynamodb/slots/read";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { functionOf } from "@rainhooks/stage/outputs";
import { type ReachedStage, tableOf } from "@rainhooks/stage/reached";
import { slotClient, tablesOfStore } from "@rainhooks/stage/tables/live-tables";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { METRICS_MS } from "../archived/handled-until.ts";
import { archiveLookMs } from "../archived/wait-until-archived.ts";
import { onTheWayMs, TO_QUEUE_MS } from "../archived/what-waits.ts";
import { sinkOfStore } from "../stores.ts";
import {
  archiveDependencies,
  archivedHours,
  handledByStoreMs,
  type StoreOfStage,
  settingIn,
  workDependencies,
} from "../verify/store-dependencies.ts";
import { verifyStore } from "../verify/verify-store.ts";
import { worksFor } from "../work/works.ts";
import type { RebuildDependencies } from "./run.ts";
import type { WaitTimes } from "./waits.ts";

/** A store that can be rebuilt. */
export interface RebuildableStore extends StoreOfStage {
  readonly definition: Pick<Webhook, "events" | "filtered" | "function">;
}

/** Clocks of AWS and of this machine differ by less. */
const CLOCK_MARGIN_MS = 2 * MINUTE_MS;
/** In which time alarms are swept, if nothing is wrong. */
const SWEPT_MS = 2 * MINUTE_MS;
/**
 * What an invocation may need to end after its timeout: on AWS, and on a local stage, which kills its
 * process.
 */
const [END_MS, LOCAL_END_MS] = [5 * SECOND_MS, SECOND_MS];

/** What changing the slots of a store needs. */
export type SlotDependencies = Pick<
  RebuildDependencies,
  | "slots"
  | "store"
  | "nowMs"
  | "tables"
  | "nameOf"
  | "settleMs"
  | "wait"
  | "onProgress"
  | "clockMarginMs"
  | "signal"
>;

/**
 * Returns what changing the slots of a store needs.
 *
 * @throws {RainhooksError} `not-found` if the stage has no slots.
 */
export function slotDependencies(
  { reached, store, definition }: RebuildableStore,
  { signal, onProgress }: OperationOptions = {},
): SlotDependencies {
  const isLocal = reached.local !== undefined;
  const { timeoutS = definition.function.timeoutS } = functionOf(reached.outputs, store, "topics") ?? {};
  return {
    store,
    slots: { client: slotClient(reached), tableName: tableOf(reached, tableSlotsTable.name) },
    tables: tablesOfStore(store),
    nameOf: (table) => tableOf(reached, table),
    settleMs: MAX_SLOTS_AGE_MS + timeoutS * SECOND_MS + (isLocal ? LOCAL_END_MS : END_MS),
    clockMarginMs: isLocal ? 0 : CLOCK_MARGIN_MS,
    nowMs: Date.now,
    wait: (ms) => pause(ms, undefined, { signal }),
    ...{ signal, onProgress },
  };
}

/** Returns what a rebuild needs. */
export async function rebuildDependencies(
  place: RebuildableStore,
  functions: number | undefined,
  options: OperationOptions,
): Promise<RebuildDependencies> {
  const { reached, store } = place;
  const { onProgress } = options;
  const { verifyWorks, startFillWorks } = await worksFor(place, functions, options);
  const hoursWhenArchived = (toMs: number) => archivedHours(reached, { fromMs: 0, toMs }, options);
  return {
    ...(await archiveDependencies(place)),
    ...slotDependencies(place, options),
    hoursWhenArchived,
    sinkOf: (slot) => {
      const nameOf = (table: string) => tableOf(reached, slotTableName(table, slot));
      const tables = { client: slotClient(reached), nameOf };
      return sinkOfStore(store, tables, (name) => settingIn(reached, store, name));
    },
    startFillWorks,
    untilSwept: () => untilSwept(reached, options),
    verify: async (slot, handledToMs) => {
      const request = { toMs: await untilHandled(place, handledToMs, options) };
      return verifyStore(request, {
        ...(await workDependencies(place, slot)),
        startWorks: await verifyWorks(slot),
        hoursWhenArchived,
        nowMs: Date.now,
        onProgress,
      });
    },
  };
}

/** Waits until the webhook of a store has handled everything before a time; returns up to when it has. */
async function untilHandled(
  place: StoreOfStage,
  atLeastMs: number,
  { signal, onProgress }: OperationOptions,
): Promise<number> {
  for (;;) {
    const handledMs = await handledByStoreMs(place);
    if (handledMs >= atLeastMs) return handledMs;
    onProgress?.({ step: "wait", wait: { for: "handled", webhook: place.store } });
    await pause(archiveLookMs(place.reached), undefined, { signal });
  }
}

/** Waits until sweeps of alarms have seen the marks in the old tables; the filled ones have fewer. */
async function untilSwept(reached: ReachedStage, { signal, onProgress }: OperationOptions): Promise<void> {
  if (!(await hasRules(reached))) return;
  onProgress?.({ step: "wait", wait: { for: "swept", leftMs: SWEPT_MS } });
  await pause(SWEPT_MS, undefined, { signal });
}

/**
 * The table of alarm rules: while it has some, functions look for what was marked in the tables of stores.
 */
const RULES_TABLE = "watch-rules";

async function hasRules({ clients, outputs }: ReachedStage): Promise<boolean> {
  const TableName = outputs.tables[RULES_TABLE];
  if (TableName === undefined) return false;
  const { Count = 0 } = await clients.dynamodb.send(new ScanCommand({ TableName, Limit: 1 }));
  return Count > 0;
}

/** Returns what a rebuild of a stage waits for. */
export async function waitTimesOf(
  reached: ReachedStage,
  { settleMs, clockMarginMs }: SlotDependencies,
): Promise<WaitTimes> {
  return {
    ...{ settleMs, clockMarginMs, archivedMs: onTheWayMs(reached) },
    handledMs: reached.local === undefined ? METRICS_MS : TO_QUEUE_MS,
    sweptMs: (await hasRules(reached)) ? SWEPT_MS : 0,
  };
}
