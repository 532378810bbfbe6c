import { setTimeout as pause } from "node:timers/promises";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { MAX_SLOTS_AGE_MS } from "@rainhooks/dynamodb/slots/read";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/reached";
import { tablesOfStore } from "@rainhooks/stage/tables/live-tables";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { METRICS_MS } from "../archived/handled-until.ts";
import { archiveLookMs } from "../archived/wait-until-archived.ts";
import { onTheWayMs, TO_QUEUE_MS } from "../archived/what-waits.ts";
import {
  archivedHours,
  handledByStoreMs,
  type StoreOfStage,
  slotsTableOf,
  verifySetup,
} from "../verify/store-dependencies.ts";
import { workFunctionOf } from "../work/invoke.ts";
import { CLOCK_MARGIN_MS } from "./rebuild-state.ts";
import type { RebuildDependencies } from "./run.ts";
import type { SlotDependencies } from "./slot-dependencies.ts";

/** A store that can be rebuilt. */
export interface RebuildableStore extends StoreOfStage {
  readonly definition: Pick<Webhook, "events" | "filtered" | "function">;
}

/** In which time alarms are swept, if nothing is wrong. */
const SWEPT_MS = 2 * MINUTE_MS;
/**
 * What an invocation may need to end after its timeout: on AWS, and on a local stage, which kills its
 * process.
 */
const [END_MS, LOCAL_END_MS] = [5 * SECOND_MS, SECOND_MS];

/**
 * Returns what changing the slots of a store needs.
 *
 * @throws {RainhooksError} `not-found` if the stage has no slots.
 */
export function slotDependencies(
  place: RebuildableStore,
  { signal, onProgress }: OperationOptions = {},
): SlotDependencies {
  const { reached, store, definition } = place;
  const isLocal = reached.local !== undefined;
  const deployed = functionOf(reached.outputs, store, "topics");
  const { timeoutS = definition.function.timeoutS } = deployed ?? {};
  // Metrics of SQS come later than the end of a timeout.
  const isKnownAtOnce = isLocal && deployed !== undefined;
  return {
    store,
    slots: slotsTableOf(reached),
    tables: tablesOfStore(store),
    workFunction: workFunctionOf(reached),
    settleMs: MAX_SLOTS_AGE_MS + timeoutS * SECOND_MS + (isLocal ? LOCAL_END_MS : END_MS),
    slotsAgeMs: MAX_SLOTS_AGE_MS,
    ...(isKnownAtOnce ? { handledUntilMs: () => handledByStoreMs(place) } : {}),
    clockMarginMs: isLocal ? 0 : CLOCK_MARGIN_MS,
    nowMs: Date.now,
    wait: (ms) => pause(ms, undefined, { signal }),
    ...{ signal, onProgress },
  };
}

/** Returns what a rebuild needs. */
export async function rebuildDependencies(
  place: RebuildableStore,
  options: OperationOptions,
): Promise<RebuildDependencies> {
  const { reached } = place;
  return {
    ...verifySetup(place),
    ...slotDependencies(place, options),
    archive: stageArchive(reached),
    hoursWhenArchived: (toMs) => archivedHours(reached, { fromMs: 0, toMs }, options),
    untilSwept: () => untilSwept(reached, options),
    untilHandled: (atLeastMs) => untilHandled(place, atLeastMs, options),
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
async function untilSwept(reached: StageAccess, { signal, onProgress }: OperationOptions): Promise<void> {
  if (!(await hasRules(reached))) return;
  onProgress?.({ step: "wait", wait: { for: "swept", leftMs: SWEPT_MS } });
  await pause(SWEPT_MS, undefined, { signal });
}

/**
 * The table of alarm rules: while it has some, functions look for what was marked in the tables of stores.
 */
const RULES_TABLE = "watch-rules";

async function hasRules({ clients, outputs }: StageAccess): Promise<boolean> {
  const TableName = outputs.tables[RULES_TABLE];
  if (TableName === undefined) return false;
  const { Count = 0 } = await clients.dynamodb.send(new ScanCommand({ TableName, Limit: 1 }));
  return Count > 0;
}

/** Returns how long a rebuild waits at least, if nothing fails. */
export async function minWaitsMs(
  reached: StageAccess,
  { settleMs, clockMarginMs, slotsAgeMs, handledUntilMs }: SlotDependencies,
): Promise<number> {
  // Where it is known at once that nothing runs any more, it may end before the timeout.
  const followedMs = (handledUntilMs === undefined ? settleMs : slotsAgeMs + TO_QUEUE_MS) + clockMarginMs;
  const archivedMs = onTheWayMs(reached);
  const handledMs = Math.max(archivedMs, reached.local === undefined ? METRICS_MS : TO_QUEUE_MS);
  return 2 * followedMs + archivedMs + handledMs + ((await hasRules(reached)) ? SWEPT_MS : 0);
}
