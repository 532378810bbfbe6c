import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeTableCommand,
  type DynamoDBClient,
  paginateScan,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { listObjects } from "@rainhooks/archive/objects";
import { collect } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { MAX_SLOTS_AGE_MS } from "@rainhooks/dynamodb/slots/read";
import { otherSlot, type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { ExtensionData, RebuildWait } from "@rainhooks/stage/extension-data";
import { METRICS_MS } from "@rainhooks/stage/operate/archive/processed-until";
import {
  archiveLookMs,
  onTheWayMs,
  TO_QUEUE_MS,
} from "@rainhooks/stage/operate/archive/what-waits";
import { abortable, type OperationOptions } from "@rainhooks/stage/operate/progress";
import { stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { callerOf } from "@rainhooks/stage/operations/caller";
import { functionOf } from "@rainhooks/stage/outputs";
import { type StageAccess, tableOf } from "@rainhooks/stage/stage-access";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { tablesOfStore } from "@rainhooks/stage/tables/store-tables";
import type { Webhook } from "@rainhooks/webhook/define-function";
import {
  archivedHours,
  type StoreOfStage,
  slotsTableOf,
  storeProcessedUntilMs,
  verifySetup,
} from "../verify/verify-tables.ts";
import { workFunctionOf } from "../work/invoke.ts";
import { dropSlot, type SlotDependencies } from "./change-slots.ts";
import { CLOCK_MARGIN_MS, readState, type StoreState } from "./rebuild-state.ts";
import { type RebuildRequest, type RebuildResult, runRebuild } from "./run.ts";

/** A store that can be rebuilt. */
export interface RebuildableStore extends StoreOfStage {
  readonly definition: Pick<Webhook, "events" | "filtered" | "function">;
  readonly extensions: readonly ExtensionData[];
}

/**
 * What an invocation may need to end after its timeout: on AWS, and on a local stage, which kills
 * its process.
 */
const END_MS = 5 * SECOND_MS;
const LOCAL_END_MS = SECOND_MS;

/**
 * Returns what changing the slots of a store needs.
 *
 * @throws {RainhooksError} `not-found` if the stage has no slots.
 */
export function slotDependencies(
  place: RebuildableStore,
  { signal, onProgress }: OperationOptions = {},
): SlotDependencies {
  const { access, store, definition } = place;
  const isLocal = access.local !== undefined;
  const deployed = functionOf(access.outputs, store, "topics");
  const { timeoutS = definition.function.timeoutS } = deployed ?? {};
  // Metrics of SQS come later than the end of a timeout.
  const isKnownAtOnce = isLocal && deployed !== undefined;
  return {
    store,
    slots: slotsTableOf(access),
    tables: tablesOfStore(store),
    workFunction: workFunctionOf(access, "store-work"),
    settleMs: MAX_SLOTS_AGE_MS + timeoutS * SECOND_MS + (isLocal ? LOCAL_END_MS : END_MS),
    slotsAgeMs: MAX_SLOTS_AGE_MS,
    ...(isKnownAtOnce ? { processedUntilMs: () => storeProcessedUntilMs(place) } : {}),
    clockMarginMs: isLocal ? 0 : CLOCK_MARGIN_MS,
    nowMs: Date.now,
    wait: (ms) => pause(ms, undefined, { signal }),
    signal,
    onProgress,
  };
}

/** Rebuilds a store until it has switched, or says why not. One that was interrupted goes on. */
export async function rebuildStore(
  place: RebuildableStore,
  request: Pick<RebuildRequest, "copiesRows">,
  given: OperationOptions = {},
): Promise<RebuildResult> {
  const { access, extensions } = place;
  const options = abortable(given);
  return runRebuild(
    { ...request, startedBy: await callerOf(access) },
    {
      ...verifySetup(place),
      ...slotDependencies(place, options),
      archive: stageArchive(access),
      hoursWhenArchived: (toMs) => archivedHours(access, { fromMs: 0, toMs }, options),
      untilRead: () => untilRead(access, extensions, options),
      untilHandled: (atLeastMs) => untilHandled(place, atLeastMs, options),
    },
  );
}

/**
 * Waits until the webhook of a store has handled everything before a time; returns up to when it
 * has.
 */
async function untilHandled(
  place: StoreOfStage,
  atLeastMs: number,
  { signal, onProgress }: OperationOptions,
): Promise<number> {
  for (;;) {
    const handledMs = await storeProcessedUntilMs(place);
    if (handledMs >= atLeastMs) return handledMs;
    onProgress?.({ step: "wait", wait: { for: "handled", webhook: place.store } });
    await pause(archiveLookMs(place.access), undefined, { signal });
  }
}

/** Waits until extensions have read what only the old tables have. */
async function untilRead(
  access: StageAccess,
  extensions: readonly ExtensionData[],
  { signal, onProgress }: OperationOptions,
): Promise<void> {
  for (const { until, waitMs } of await waitsOf(access, extensions)) {
    onProgress?.({ step: "wait", wait: { for: "extension", until, leftMs: waitMs } });
    await pause(waitMs, undefined, { signal });
  }
}

/** Returns what extensions let a rebuild wait for now. */
async function waitsOf(
  { clients, outputs }: StageAccess,
  extensions: readonly ExtensionData[],
): Promise<RebuildWait[]> {
  const waits = extensions.flatMap(({ rebuildWaits = [] }) => rebuildWaits);
  const isNow = async ({ whileIn }: RebuildWait) => {
    const TableName = outputs.tables[whileIn];
    if (TableName === undefined) return false;
    const { Count = 0 } = await clients.dynamodb.send(new ScanCommand({ TableName, Limit: 1 }));
    return Count > 0;
  };
  const now = await Promise.all(waits.map(isNow));
  return waits.filter((_, index) => now[index]);
}

/** Returns how long a rebuild waits at least, if nothing fails. */
async function minWaitsMs(
  { access, extensions }: RebuildableStore,
  { settleMs, clockMarginMs, slotsAgeMs, processedUntilMs }: SlotDependencies,
): Promise<number> {
  // Where it is known at once that nothing runs any more, it may end before the timeout.
  const followedMs =
    (processedUntilMs === undefined ? settleMs : slotsAgeMs + TO_QUEUE_MS) + clockMarginMs;
  const archivedMs = onTheWayMs(access);
  const handledMs = Math.max(archivedMs, access.local === undefined ? METRICS_MS : TO_QUEUE_MS);
  const waits = await waitsOf(access, extensions);
  const readMs = waits.reduce((sum, { waitMs }) => sum + waitMs, 0);
  return 2 * followedMs + archivedMs + handledMs + readMs;
}

/** A table of a slot. */
export interface SlotTableSize {
  readonly name: string;
  readonly items: number;
  /** 0 on a local stage. */
  readonly bytes: number;
  /** Number of its indexes. */
  readonly indexes: number;
}

/** What a rebuild would do. */
export type RebuildPlan = Awaited<ReturnType<typeof planRebuild>>;

/** Counts what a rebuild would read and write. Nothing is written. */
export async function planRebuild(place: RebuildableStore) {
  const { access, store } = place;
  const dependencies = slotDependencies(place);
  const state = await readState(dependencies.slots, store);
  let objects = 0;
  let archiveBytes = 0;
  let oldestHour: string | undefined;
  for await (const { bytes, hour } of listObjects(stageArchive(access))) {
    objects += 1;
    archiveBytes += bytes;
    if (hour !== undefined && (oldestHour === undefined || hour < oldestHour)) oldestHour = hour;
  }
  const tables = await tablesIn(place, state.live);
  const waitsMs = await minWaitsMs(place, dependencies);
  return {
    state,
    /** How long it waits at least. */
    minWaitsMs: waitsMs,
    objects,
    archiveBytes,
    /** Hour of arrival of the oldest object, such as `2026/11/24/08`. */
    oldestHour,
    /**
     * The live tables; of a deployed stage as DynamoDB has last counted them, at most six hours
     * ago.
     */
    tables,
  };
}

/** What emptying the tables that are not live would do. */
export type DropPlan = Awaited<ReturnType<typeof planDrop>>;

/** Counts the items that would be deleted. */
export async function planDrop(place: StoreOfStage) {
  const state = await readState(slotsTableOf(place.access), place.store);
  return { state, tables: await tablesIn(place, otherSlot(state.live)) };
}

/** Deletes the items of the tables that are not live, and ends the rebuild. */
export async function dropOtherTables(
  place: RebuildableStore,
  perSecond?: number,
  options: OperationOptions = {},
): Promise<{ readonly items: number; readonly state: StoreState }> {
  const dependencies = slotDependencies(place, options);
  const { slots, store } = dependencies;
  const { live } = await readState(slots, store);
  const request = { startedBy: await callerOf(place.access), perSecond };
  const items = await dropSlot(otherSlot(live), request, dependencies);
  return { items, state: await readState(slots, store) };
}

function tablesIn({ access, store }: StoreOfStage, slot: Slot): Promise<SlotTableSize[]> {
  const count = access.local === undefined ? lastCount : scannedTable;
  return Promise.all(
    tablesOfStore(store).map(async ({ name, indexes = [] }) => {
      const deployed = tableOf(access, slotTableName(name, slot));
      return {
        name: deployed,
        indexes: indexes.length,
        ...(await count(slotClient(access), deployed)),
      };
    }),
  );
}

type TableCount = Pick<SlotTableSize, "items" | "bytes">;

/** Returns what DynamoDB has last counted: that costs nothing, and is up to six hours old. */
async function lastCount(client: DynamoDBClient, name: string): Promise<TableCount> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  return { items: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
}

/** Counts the items of a table of this machine. */
async function scannedTable(client: DynamoDBClient, name: string): Promise<TableCount> {
  const pages = await collect(paginateScan({ client }, { TableName: name, Select: "COUNT" }));
  return { items: pages.reduce((sum, { Count = 0 }) => sum + Count, 0), bytes: 0 };
}
