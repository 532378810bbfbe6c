import { countText } from "@rainhooks/core/counted";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { choice } from "@rainhooks/stage/query/params/kinds";
import { rangeOf } from "@rainhooks/stage/query/params/range";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { DROP_GROUPINGS } from "../drops/count-drops.ts";
import type { CountedDrops } from "./count-drops.ts";

const HELP = `
Examples:
  rainhooks drops                          the firmware that drops most, of the last day
  rainhooks drops --by tag --from 7d       by site, if nodes have tags such as site:pune
`;

/** Which firmware, type or site drops most. */
export const drops = defineOperation({
  name: "countDrops",
  summary: "Count how often nodes went offline, by what they have in common; it reads all nodes",
  request: {
    by: choice(
      { description: "What they have in common.", placeholder: "grouping" },
      DROP_GROUPINGS,
      "firmware",
    ),
    ...rangeOf("a day before the end"),
  },
  permission: "read",
  changes: "nothing",
  command: { words: "drops", help: HELP },
  run: async (stage, { by, from: fromMs, to: toMs }, options) =>
    (await import("./count-drops.ts")).countDrops(stage, { by, fromMs, toMs }, options),
  view: {
    header: ["by", "group", "nodes", "offline", "drops", "perNodeDay"],
    rows: ({ by, groups }) =>
      groups.map(({ group, nodes, offline, drops, perNodeDay }) => [
        ...[by, group, nodes, offline, drops],
        perNodeDay,
      ]),
    result: textOf,
  },
});

/** Groups that are listed; the other formats have all. */
const MAX_LISTED = 50;

function textOf({ by, nodes, fromMs, toMs, groups, isCut }: CountedDrops): string {
  const about = `${countText(nodes, "node")}, from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
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
