import { countText } from "@rainhooks/core/counted";
import { printData, printJson } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { type Functions, requireWebhook } from "@rainhooks/stage/functions";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { readRebuild } from "../../rebuild/operations.ts";
import type { Store } from "../../store-names.ts";
import { stateText } from "../../views/rebuild-text.ts";

const LABEL_WIDTH = 15;

/** Shows which tables of a store are live, and how far a rebuild is. */
export async function showCommand(
  store: Store,
  options: StageSelection & { readonly json?: boolean | undefined },
  functions: Functions,
): Promise<void> {
  const reached = await reachStage(options);
  const state = await readRebuild({ reached, store, definition: requireWebhook(functions, store) });
  if (options.json) {
    await printJson(`${JSON.stringify(state, undefined, 2)}\n`);
    return;
  }
  const { rebuild } = state;
  const lines: Line[] = [["now", stateText(state)]];
  if (rebuild !== undefined) {
    const { startedAtMs, startedBy, updatedAtMs, partitions, counts } = rebuild;
    lines.push(["started", `${formatTime(startedAtMs)} UTC by ${startedBy}`]);
    lines.push(["last change", `${formatTime(updatedAtMs)} UTC`]);
    lines.push(["written", `${partitions} of 256 partitions of the nodes`]);
    if (counts !== undefined)
      lines.push(["archive", `${countText(counts.deliveries, "delivery", "deliveries")} for the webhook`]);
  }
  await printData(`${formatLines(lines, LABEL_WIDTH)}\n`);
}
