import { counted } from "@rainhooks/core/counted";
import { type FormatOptions, formatted, print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { DropGrouping } from "../drops/count-drops.ts";
import { type CountedDrops, countDrops } from "../operations/count-drops.ts";

/** Options of `drops`. */
export interface DropsOptions extends StageSelection, FormatOptions {
  readonly by: DropGrouping;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Prints how often nodes dropped, by what they have in common. */
export async function dropsCommand(options: DropsOptions): Promise<void> {
  const { by, from: fromMs, to: toMs } = options;
  const answer = await countDrops(await reachStage(options), { by, fromMs, toMs });
  await print(
    formatted(options, {
      value: answer,
      header: ["by", "group", "nodes", "offline", "drops", "perNodeDay"],
      rows: answer.groups.map(({ group, nodes, offline, drops, perNodeDay }) => [
        ...[by, group, nodes, offline, drops],
        perNodeDay,
      ]),
      text: () => textOf(answer),
    }),
  );
}

/** Groups that are listed; the other formats have all. */
const MAX_LISTED = 50;

function textOf({ by, nodes, fromMs, toMs, groups, isCut }: CountedDrops): string {
  const about = `${counted(nodes, "node")}, from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
  if (groups.length === 0) return about;
  const table = formatTable(
    [by, "nodes", "offline", "drops", "per node and day"],
    groups
      .slice(0, MAX_LISTED)
      .map((one) => [
        one.group ?? "(not known)",
        one.nodes,
        one.offline,
        one.drops,
        one.perNodeDay.toFixed(2),
      ]),
  );
  const rest = groups.length - MAX_LISTED;
  return [
    table,
    ...(rest > 0 ? [`… and ${rest} more (--json has them)`] : []),
    ...(isCut ? ["There are more groups than are counted."] : []),
    "",
    about,
  ].join("\n");
}
