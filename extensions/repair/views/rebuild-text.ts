import { countText } from "@rainhooks/core/count-text";
import { durationText } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { otherSlot } from "@rainhooks/dynamodb/slots/slot";
import { billText } from "@rainhooks/stage/cost/bill-text";
import { number } from "@rainhooks/stage/numbers";
import type { CallPlace } from "@rainhooks/stage/operations/operation";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import type { Store } from "@rainhooks/stage/tables/store-names";
import { formatLines, formatTime, type Line } from "@rainhooks/stage/terminal/format-table";
import { emptyingBill, rebuildBill } from "../bill/rebuild-bill.ts";
import type { StoreState } from "../rebuild/rebuild-state.ts";
import type { DropPlan, RebuildPlan } from "../rebuild/rebuild-store.ts";
import type { RebuildResult, SwitchRefusal } from "../rebuild/run.ts";

const LABEL_WIDTH = 15;

const PHASES = {
  copying: "the live rows are being copied to the other tables",
  filling: "the other tables are being filled from the archive",
  filled: "the other tables are filled",
  switched: 'both are written until "rebuild drop"',
  dropping: "the items of the other tables are being deleted",
} as const;

/** Says which tables of a store are live, and where a rebuild is. */
export function stateText({ live, both, rebuild }: StoreState): string {
  const isNew = rebuild !== undefined && rebuild.to === live;
  const which =
    rebuild?.phase === "switched" ? (isNew ? ", the rebuilt one" : ", the old one again") : "";
  const slot = `slot ${live} is live${which}`;
  if (rebuild === undefined) return `${slot}; slot ${otherSlot(live)} is not used`;
  return `${slot}; ${PHASES[rebuild.phase]}${both || rebuild.phase === "dropping" ? "" : ", which no function writes to yet"}`;
}

/** Shows how far a rebuild is. */
export function rebuildText(state: StoreState): string {
  const now: Line = ["now", stateText(state)];
  if (state.rebuild === undefined) return formatLines([now], LABEL_WIDTH);
  const { startedAtMs, startedBy, updatedAtMs, partitions, counts } = state.rebuild;
  const lines: (Line | false)[] = [
    now,
    ["started", `${formatTime(startedAtMs)} UTC by ${startedBy}`],
    ["last change", `${formatTime(updatedAtMs)} UTC`],
    ["written", `${partitions} of 256 partitions of the nodes`],
    counts !== undefined && [
      "archive",
      `${countText(counts.deliveries, "delivery", "deliveries")} for the webhook`,
    ],
  ];
  return formatLines(lines, LABEL_WIDTH);
}

/**
 * Returns a plan for programs, with what the rebuild would cost. Who began it is no business of an
 * assistant.
 */
export function rebuildPlanJson(store: Store, plan: RebuildPlan, { caller }: CallPlace): object {
  const state = caller.door === "assistant" ? withoutPeople(plan.state) : plan.state;
  return { store, ...plan, state, dollars: rebuildBill(plan) };
}

/** Leaves out who began a rebuild, and where it runs. */
export function withoutPeople({ rebuild, ...state }: StoreState): object {
  return rebuild === undefined
    ? state
    : { ...state, rebuild: { phase: rebuild.phase, to: rebuild.to } };
}

/** Shows what a rebuild would read, write and cost. */
export function rebuildPlanText(store: Store, plan: RebuildPlan, { stage }: CallPlace): string {
  const { state, minWaitsMs, objects, archiveBytes, oldestHour, tables } = plan;
  const megabytes = (bytes: number) => `${number(Math.ceil(bytes / 1e6))} MB`;
  const lines: Line[] = [
    ["store", `${store} of stage ${stage.outputs.stage}`],
    ["now", stateText(state)],
    [
      "archive",
      `${countText(objects, "object")}, ${megabytes(archiveBytes)}, the oldest of hour ${oldestHour ?? "none"} (UTC)`,
    ],
    ...tables.map(
      ({ name, items, bytes }): Line => [
        "live table",
        `${name}: ${countText(items, "item")}${bytes === 0 ? "" : `, ${megabytes(bytes)}, as DynamoDB last counted them`}`,
      ],
    ),
    [
      "waits",
      `at least ${durationText(minWaitsMs)}: for functions to follow, and for what is on its way`,
    ],
    [
      "cost",
      `${billText(stage, rebuildBill(plan), "at most")}; until "rebuild drop", each event is written twice`,
    ],
  ];
  return formatLines(lines, LABEL_WIDTH);
}

/** Shows what emptying the tables that are not live would take. */
export function dropPlanText(
  store: Store,
  { state, tables }: DropPlan,
  rate: number | undefined,
  stage: StageAccess,
): string {
  const { items, writeUnits, dollars } = emptyingBill(tables);
  const takes =
    rate && `, ${durationText(Math.ceil(items / rate) * SECOND_MS)} at ${number(rate)} a second`;
  return formatLines(
    [
      ["now", `${store}: ${stateText(state)}`],
      ...tables.map((one): Line => ["emptied", `${one.name}: ${countText(one.items, "item")}`]),
      ["takes", `${countText(writeUnits, "write unit")}${takes ?? ""}`],
      ["cost", billText(stage, { deletes: dollars }, "at most")],
    ],
    LABEL_WIDTH,
  );
}

/** Says how a rebuild has ended, and what to do next. */
export function rebuildResultText(store: Store, result: RebuildResult, on: string): string {
  const { outcome, report, comparison, state } = result;
  const { lost, added, corrected } = comparison;
  const counts = state.rebuild?.counts;
  const lines: (Line | false)[] = [
    [
      "outcome",
      outcome === "switched"
        ? "switched: the rebuilt tables are live"
        : `not switched: ${REASONS[outcome]}`,
    ],
    ["now", stateText(state)],
    counts !== undefined && [
      "archive",
      `${countText(counts.deliveries, "delivery", "deliveries")} for the webhook, ${countText(counts.events, "event")} written${counts.refused === 0 ? "" : `, ${number(counts.refused)} refused by the tables`}`,
    ],
    [
      "verified",
      `${countText(report.facts, "fact")} of ${countText(report.nodes, "node")} compared with the archive, ${number(report.differentFacts)} different`,
    ],
    [
      "against before",
      `${countText(corrected, "fact")} corrected, ${number(added)} added, ${number(lost)} that only the old tables have`,
    ],
    ...comparison.differences.map(
      ({ change, what, nodeId, archived = "nothing", stored = "nothing" }): Line => [
        `  ${change}`,
        `${what} of node ${nodeId}: ${stored} before, ${archived} now`,
      ],
    ),
    ["next", adviceFor(store, outcome, on)],
  ];
  return formatLines(lines, LABEL_WIDTH);
}

const REASONS: Readonly<Record<SwitchRefusal, string>> = {
  different: "the rebuilt tables are not equal to the archive",
  unjudged: "it could not be judged whether the rebuilt tables are equal to the archive",
  fewer:
    "the live tables have facts that no archived delivery says: the rebuilt ones would lose them",
};

function adviceFor(store: Store, outcome: RebuildResult["outcome"], on: string): string {
  const command = (name: string, options = "") =>
    `"rainhooks rebuild ${name} ${store}${options}${on}"`;
  switch (outcome) {
    case "switched":
      return `${command("drop")} when the new tables are fine, ${command("back")} if not`;
    case "fewer":
      return `${command("switch")} if they are wrong; if the archive lacks them, ${command("drop")}, then ${command("start", " --copy-rows")}`;
    default:
      return `${command("start")} verifies again; ${command("switch")} takes them as they are; ${command("drop")} gives up`;
  }
}
