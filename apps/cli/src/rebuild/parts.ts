import { setTimeout as pause } from "node:timers/promises";
import { MINUTE_MS, RainhooksError, SECOND_MS } from "@rainhooks/core";
import { MAX_SLOTS_AGE_MS, slotTableName } from "@rainhooks/dynamodb";
import { type RebuildParts, sinkOfStore, verifyStore } from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import { type ReachedStage, slotClient, tableOf, tablesOfStore } from "@rainhooks/stage";
import { readWatchRules } from "@rainhooks/watch";
import { printNote } from "../output.ts";
import type { StatusLine } from "../replay/progress.ts";
import { archiveLookMs } from "../replay/wait-until-archived.ts";
import { onTheWayMs, TO_QUEUE_MS } from "../replay/what-waits.ts";
import type { WorkOptions } from "../store-work/options.ts";
import { worksFor } from "../store-work/works.ts";
import { METRICS_MS } from "../verify/handled-until.ts";
import { archivedHours, archiveParts, definitionOf, handledByStoreMs, settingOf } from "../verify/parts.ts";
import { workParts } from "../verify/work-parts.ts";
import type { WaitParts } from "./waits.ts";

/** Clocks of AWS and of this machine differ by less. */
const CLOCK_MARGIN_MS = 2 * MINUTE_MS;
/** In which time alarms are swept, if nothing is wrong. */
const SWEPT_MS = 2 * MINUTE_MS;
/** What an invocation may need to end after its timeout. */
const END_MS = 5 * SECOND_MS;

/** What changing the slots of a store needs. */
export type SlotParts = Pick<
  RebuildParts,
  "slots" | "store" | "nowMs" | "tables" | "nameOf" | "settleMs" | "wait" | "onProgress" | "clockMarginMs"
>;

/**
 * Returns what changing the slots of a store needs.
 *
 * @throws {RainhooksError} `stage-unavailable` if the stage has no slots.
 */
export function slotParts(reached: ReachedStage, store: Store, status: StatusLine): SlotParts {
  const { outputs } = reached;
  const tableName = outputs.tables["table-slots"];
  if (tableName === undefined)
    throw new RainhooksError(
      "stage-unavailable",
      `Stage ${outputs.stage} has only one table for each of its tables. Deploy it again with this version.`,
    );
  const { timeoutS = definitionOf(store).function.timeoutS } = outputs.webhooks[store] ?? {};
  return {
    store,
    slots: { client: slotClient(reached), tableName },
    tables: tablesOfStore(store),
    nameOf: (table) => tableOf(reached, table),
    settleMs: MAX_SLOTS_AGE_MS + timeoutS * SECOND_MS + END_MS,
    clockMarginMs: reached.local === undefined ? CLOCK_MARGIN_MS : 0,
    nowMs: Date.now,
    wait: pause,
    onProgress: (text) => status.show(text),
  };
}

/** Returns what a rebuild needs. */
export async function rebuildParts(
  reached: ReachedStage,
  store: Store,
  options: WorkOptions,
  status: StatusLine,
): Promise<RebuildParts> {
  const common = slotParts(reached, store, status);
  const archive = await archiveParts(reached, store);
  const { verifyWorks, startFillWorks } = await worksFor(reached, { options, store });
  const hoursWhenArchived = async (toMs: number) => {
    status.clear();
    return archivedHours(reached, { fromMs: 0, toMs });
  };
  return {
    ...archive,
    ...common,
    hoursWhenArchived,
    sinkOf: (slot) => {
      const nameOf = (table: string) => tableOf(reached, slotTableName(table, slot));
      const place = { client: slotClient(reached), nameOf };
      return sinkOfStore(store, place, (name) => settingOf(reached, store, name));
    },
    startFillWorks,
    untilSwept: () => untilSwept(reached),
    verify: async (slot, handledToMs) => {
      const request = { toMs: await untilHandled(reached, store, handledToMs) };
      return verifyStore(request, {
        ...(await workParts(reached, store, slot)),
        startWorks: await verifyWorks(slot),
        hoursWhenArchived,
        nowMs: Date.now,
        onProgress: (text) => status.show(`verifying: ${text}`),
      });
    },
  };
}

/** Waits until the webhook of a store has handled everything before a time; returns up to when it has. */
async function untilHandled(reached: ReachedStage, store: Store, atLeastMs: number): Promise<number> {
  for (let isSaid = false; ; isSaid = true) {
    const handledMs = await handledByStoreMs(reached, store);
    if (handledMs >= atLeastMs) return handledMs;
    if (!isSaid) printNote(`Waiting until it is known that ${store} has handled what was published so far.`);
    await pause(archiveLookMs(reached));
  }
}

/** Waits until sweeps of alarms have seen the marks in the old tables; the filled ones have fewer. */
async function untilSwept(reached: ReachedStage): Promise<void> {
  if (!(await hasWatchRules(reached))) return;
  printNote("Waiting until the alarms of the old tables have been swept (2 min).");
  await pause(SWEPT_MS);
}

async function hasWatchRules({ outputs, clients }: ReachedStage): Promise<boolean> {
  const tableName = outputs.tables["watch-rules"];
  if (tableName === undefined) return false;
  const { rules } = await readWatchRules({ client: clients.dynamodb, tableName });
  return rules.length > 0;
}

/** Returns what a rebuild of a stage waits for. */
export async function waitPartsOf(
  reached: ReachedStage,
  { settleMs, clockMarginMs }: SlotParts,
): Promise<WaitParts> {
  return {
    ...{ settleMs, clockMarginMs, archivedMs: onTheWayMs(reached) },
    handledMs: reached.local === undefined ? METRICS_MS : TO_QUEUE_MS,
    sweptMs: (await hasWatchRules(reached)) ? SWEPT_MS : 0,
  };
}
