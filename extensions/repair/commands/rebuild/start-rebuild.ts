import { counted } from "@rainhooks/core/counted";
import { confirm } from "@rainhooks/stage/commands/confirm";
import { EXIT } from "@rainhooks/stage/commands/exit";
import { onStage } from "@rainhooks/stage/commands/on-stage";
import { print, printData } from "@rainhooks/stage/commands/output";
import { shown } from "@rainhooks/stage/commands/progress";
import type { Functions } from "@rainhooks/stage/functions";
import { asTyped } from "@rainhooks/stage/terminal/as-typed";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { number } from "@rainhooks/stage/terminal/operations/numbers";
import { rebuildStore } from "../../rebuild/operations.ts";
import { planRebuild } from "../../rebuild/rebuild-plan.ts";
import type { NotSwitched, RebuildResult } from "../../rebuild/run.ts";
import type { Store } from "../../store-names.ts";
import type { WorkOptions } from "../store-work/store-work-options.ts";
import { printPlan, storeOf } from "./plan-rebuild.ts";
import { stateText } from "./state-text.ts";

/** Options of `rebuild start`. */
export interface RebuildOptions extends WorkOptions {
  readonly copyRows?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Exit codes by outcome; scripts may rely on them. */
const EXIT_OF: Readonly<Record<RebuildResult["outcome"], number>> = {
  switched: EXIT.done,
  different: EXIT.failed,
  fewer: EXIT.failed,
  unjudged: EXIT.wrong,
};

/** Shows the plan, asks, and rebuilds a store until it has switched, or says why not. */
export async function startCommand(
  store: Store,
  options: RebuildOptions,
  functions: Functions,
): Promise<void> {
  const place = await storeOf(store, options, functions);
  const plan = await planRebuild(place);
  await printPlan(place, plan);
  const question =
    plan.state.rebuild === undefined ? `Rebuild ${store}?` : `Go on with the rebuild of ${store}?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was changed.\n");
    return;
  }
  const asked = { copiesRows: options.copyRows === true, functions: options.functions };
  const result = await shown((progress) => rebuildStore(place, asked, progress));
  await printResult(store, result, onStage(options));
  process.exitCode = EXIT_OF[result.outcome];
}

const LABEL_WIDTH = 15;

async function printResult(store: Store, result: RebuildResult, on: string): Promise<void> {
  const { outcome, report, comparison, state } = result;
  const { lost, added, corrected } = comparison;
  const counts = state.rebuild?.counts;
  const lines: Line[] = [
    [
      "outcome",
      outcome === "switched" ? "switched: the rebuilt tables are live" : `not switched: ${REASONS[outcome]}`,
    ],
    ["now", stateText(state)],
    ...(counts === undefined
      ? []
      : [
          [
            "archive",
            `${counted(counts.deliveries, "delivery", "deliveries")} for the webhook, ${counted(counts.events, "event")} written${counts.refused === 0 ? "" : `, ${number(counts.refused)} refused by the tables`}`,
          ] as const,
        ]),
    [
      "verified",
      `${counted(report.facts, "fact")} of ${counted(report.nodes, "node")} compared with the archive, ${number(report.differentFacts)} different`,
    ],
    [
      "against before",
      `${counted(corrected, "fact")} corrected, ${number(added)} added, ${number(lost)} that only the old tables have`,
    ],
    ...comparison.differences.map(
      ({ change, what, nodeId, archived = "nothing", stored = "nothing" }): Line => [
        `  ${change}`,
        `${what} of node ${nodeId}: ${stored} before, ${archived} now`,
      ],
    ),
    ["next", adviceFor(store, outcome, on)],
  ];
  await printData(`${formatLines(lines, LABEL_WIDTH)}\n`);
}

const REASONS: Readonly<Record<NotSwitched, string>> = {
  different: "the rebuilt tables are not equal to the archive",
  unjudged: "it could not be judged whether the rebuilt tables are equal to the archive",
  fewer: "the live tables have facts that no archived delivery says: the rebuilt ones would lose them",
};

function adviceFor(store: Store, outcome: RebuildResult["outcome"], on: string): string {
  const command = (name: string, options = "") =>
    asTyped(`"rainhooks rebuild ${name} ${store}${options}${on}"`);
  switch (outcome) {
    case "switched":
      return `${command("drop")} when the new tables are fine, ${command("back")} if not`;
    case "fewer":
      return `${command("switch")} if they are wrong; if the archive lacks them, ${command("drop")}, then ${command("start", " --copy-rows")}`;
    default:
      return `${command("start")} verifies again; ${command("switch")} takes them as they are; ${command("drop")} gives up`;
  }
}
