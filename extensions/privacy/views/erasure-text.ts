import { countText } from "@rainhooks/core/count-text";
import { durationText } from "@rainhooks/core/duration-text";
import { formatLines, formatTime, type Line } from "@rainhooks/stage/terminal/format-table";
import type { EraseResult } from "../erase/erase.ts";
import type { ErasureCounts } from "../erase/erasure-store.ts";
import type { Leftover } from "../erase/leftovers.ts";
import type { ErasurePlan } from "../erase/plan.ts";
import type { ErasureSubject } from "../erase/subject.ts";

const LABEL_WIDTH = 15;

/** Shows what would be erased. */
export function erasurePlanText(
  { counts, tables, examples, waits, leftovers, begun }: ErasurePlan,
  kind: ErasureSubject["kind"],
  maxWaitMs: number,
): string {
  const named =
    kind === "user"
      ? "with an alias instead of the user"
      : "about others, too, with an alias instead of the node";
  const exampleLines = (of: string) =>
    examples.filter(({ place }) => place === of).map(({ text }): Line => ["  such as", text]);
  const other = (wanted: keyof typeof SAYS, label: string) =>
    examples
      .filter((one) => one.kind === wanted)
      .map(({ text }): Line => [label, `${SAYS[wanted]}: ${text}`]);
  const lines: (Line | false)[] = [
    begun !== undefined && [
      "begun",
      `${formatTime(begun.startedAtMs)} UTC: the command goes on with it`,
    ],
    archiveLine(counts, named),
    ...exampleLines("archive"),
    ...[...tables].flatMap(([table, items]): Line[] => [
      [table, countText(items, "item")],
      ...exampleLines(table),
    ]),
    lettersLine(counts),
    ...exampleLines("dead letters"),
    ...other("word", "unsure"),
    ...other("stays", "stays"),
    ...waits.map(
      ({ webhook, messages }): Line => [
        "waits for",
        `${webhook}: ${countText(messages, "message")}, for up to ${durationText(maxWaitMs)}`,
      ],
    ),
    ...leftovers.map(leftoverLine),
  ];
  return formatLines(lines, LABEL_WIDTH);
}

const SAYS = {
  word: "a word of a text, which gets the alias",
  stays: "in a longer word, or the name of a field",
} as const;

/** Says what was erased. */
export function erasedText({ erasure, leftovers }: EraseResult): string {
  const { counts } = erasure;
  const lines: Line[] = [
    [
      "erased",
      `what was published before ${formatTime(erasure.startedAtMs)} UTC, as erasure ${erasure.id}`,
    ],
    archiveLine(counts, `with ${erasure.alias} instead`),
    ["tables", `${countText(counts.items, "item")} deleted or changed`],
    lettersLine(counts),
    ...leftovers.map(leftoverLine),
  ];
  return formatLines(lines, LABEL_WIDTH);
}

/** @param named With what the deliveries are that stay. */
function archiveLine(
  { changed, dropped, rewritten, versions }: ErasureCounts,
  named: string,
): Line {
  const deleted = `${countText(dropped, "delivery", "deliveries")} deleted`;
  const stays = `${countText(changed, "delivery", "deliveries")} ${named}`;
  const objects = `${countText(rewritten, "object")} written again, ${countText(versions, "older version")} deleted`;
  return ["archive", `${deleted}, ${stays}: ${objects}`];
}

function lettersLine({ letters }: ErasureCounts): Line {
  return ["dead letters", `${countText(letters, "dead letter")} deleted`];
}

function leftoverLine({ where, goneAtMs }: Leftover): Line {
  return [
    "left",
    goneAtMs === undefined ? where : `${where}; gone by ${formatTime(goneAtMs).slice(0, 10)}`,
  ];
}
