import { counted } from "@rainhooks/core/counted";
import { durationText } from "@rainhooks/core/duration-text";
import { print, printJson } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { type Functions, requireWebhook } from "@rainhooks/stage/functions";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { number } from "@rainhooks/stage/terminal/operations/numbers";
import { rebuildBill } from "../../../capacity/bill/rebuild-bill.ts";
import type { RebuildableStore } from "../../rebuild/rebuild-dependencies.ts";
import { planRebuild, type RebuildPlan } from "../../rebuild/rebuild-plan.ts";
import type { WaitTimes } from "../../rebuild/waits.ts";
import type { Store } from "../../store-names.ts";
import { billText } from "../../views/replay-text.ts";
import { stateText } from "./state-text.ts";

const LABEL_WIDTH = 15;

/** Returns a store of the stage that options select. */
export async function storeOf(
  store: Store,
  options: StageSelection,
  functions: Functions,
): Promise<RebuildableStore> {
  return { reached: await reachStage(options), store, definition: requireWebhook(functions, store) };
}

/** Prints what a rebuild would read, write and cost. */
export async function planCommand(
  store: Store,
  options: StageSelection & { readonly json?: boolean | undefined },
  functions: Functions,
): Promise<void> {
  const place = await storeOf(store, options, functions);
  const plan = await planRebuild(place);
  if (!options.json) return printPlan(place, plan);
  await printJson(`${JSON.stringify(rebuildPlanJson(store, plan), undefined, 2)}\n`);
}

/** Returns a plan for programs, with what the rebuild would cost. */
export function rebuildPlanJson(store: Store, plan: RebuildPlan): object {
  return { store, ...plan, dollars: rebuildBill(plan) };
}

/** Prints a plan for people. */
export async function printPlan({ reached, store }: RebuildableStore, plan: RebuildPlan): Promise<void> {
  const { state, waits, objects, archiveBytes, oldestHour, tables } = plan;
  const megabytes = (bytes: number) => `${number(Math.ceil(bytes / 1e6))} MB`;
  const lines: Line[] = [
    ["store", `${store} of stage ${reached.outputs.stage}`],
    ["now", stateText(state)],
    [
      "archive",
      `${counted(objects, "object")}, ${megabytes(archiveBytes)}, the oldest of hour ${oldestHour ?? "none"} (UTC)`,
    ],
    ...tables.map(
      ({ name, items, bytes }): Line => [
        "live table",
        `${name}: ${counted(items, "item")}${bytes === 0 ? "" : `, ${megabytes(bytes)}, as DynamoDB last counted them`}`,
      ],
    ),
    ["waits", waitsText(waits, plan.minWaitsMs)],
    [
      "cost",
      `${billText(reached, rebuildBill(plan), "at most")}; until "rebuild drop", each event is written twice`,
    ],
  ];
  await print(`${formatLines(lines, LABEL_WIDTH)}\n`);
}

/** Says how long a rebuild waits, and what for. */
export function waitsText(
  { settleMs, clockMarginMs, archivedMs, handledMs, sweptMs }: WaitTimes,
  minMs: number,
): string {
  const followed = durationText(settleMs + clockMarginMs);
  const handled = durationText(Math.max(handledMs, archivedMs));
  const swept = sweptMs === 0 ? "" : `; until alarms are swept, ${durationText(sweptMs)}`;
  return `at least ${durationText(minMs)}: until all functions write to both tables, ${followed}, and that is archived, ${durationText(archivedMs)}; until they write to the new ones first, ${followed}, and it can be verified, ${handled}${swept}`;
}
