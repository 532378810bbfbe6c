import { counted } from "@rainhooks/core/counted";
import { durationText } from "@rainhooks/core/duration-text";
import { RainhooksError } from "@rainhooks/core/errors";
import { confirm } from "@rainhooks/stage/commands/confirm";
import { print, printData, printJson } from "@rainhooks/stage/commands/output";
import { interruptible, shown } from "@rainhooks/stage/commands/progress";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { type Erased, eraseSubject } from "../../erase/erase.ts";
import type { Leftover } from "../../erase/leftovers.ts";
import { type ErasurePlan, planErasure } from "../../erase/plan.ts";
import type { ErasureSubject } from "../../erase/subject.ts";

/** Options of `erase node` and `erase user`. */
interface EraseOptions extends StageSelection {
  readonly also?: readonly string[] | undefined;
  /** Milliseconds. */
  readonly wait: number;
  readonly plan?: true | undefined;
  readonly yes?: true | undefined;
  readonly json?: true | undefined;
}

/** Shows where the data of a node or a user is, asks, and erases it. */
export async function eraseCommand(
  { kind, id }: Pick<ErasureSubject, "kind" | "id">,
  options: EraseOptions,
): Promise<void> {
  const { also = [], json, plan: isPlan, yes, wait: maxWaitMs } = options;
  if (json && !isPlan && !yes)
    throw new RainhooksError("input-invalid", "With --json nobody is asked: add --plan or --yes.");
  const subject: ErasureSubject = { kind, id, also };
  const reached = await reachStage(options);
  if (yes !== true || isPlan === true) {
    const plan = await shown((progress) => planErasure(reached, subject, progress));
    if (json)
      await printJson(
        `${JSON.stringify({ ...plan, tables: Object.fromEntries(plan.tables) }, undefined, 2)}\n`,
      );
    else await printData(`${formatLines(planLines(plan, kind, maxWaitMs), LABEL_WIDTH)}\n`);
    if (isPlan === true) return;
    if (!(await confirm(`Erase this ${kind} for good? Nothing brings it back.`))) {
      await print("Nothing was erased.\n");
      return;
    }
  }
  const erased = await interruptible((signal) =>
    shown(({ onProgress }) => eraseSubject(reached, subject, { signal, onProgress, maxWaitMs })),
  );
  if (json) await printJson(`${JSON.stringify(erased, undefined, 2)}\n`);
  else await printData(`${formatLines(erasedLines(erased), LABEL_WIDTH)}\n`);
}

const LABEL_WIDTH = 15;

function planLines(
  { counts, tables, examples, waits, leftovers, begun }: ErasurePlan,
  kind: ErasureSubject["kind"],
  maxWaitMs: number,
): Line[] {
  const { changed, dropped, rewritten, versions, letters } = counts;
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
  return [
    ...(begun === undefined
      ? []
      : [["begun", `${formatTime(begun.startedAtMs)} UTC: the command goes on with it`] as const]),
    [
      "archive",
      `${counted(dropped, "delivery", "deliveries")} deleted, ${counted(changed, "delivery", "deliveries")} ${named}: ${counted(rewritten, "object")} written again, ${counted(versions, "older version")} deleted`,
    ],
    ...exampleLines("archive"),
    ...[...tables].flatMap(([table, items]): Line[] => [
      [table, counted(items, "item")],
      ...exampleLines(table),
    ]),
    ["dead letters", `${counted(letters, "dead letter")} deleted`],
    ...exampleLines("dead letters"),
    ...other("word", "unsure"),
    ...other("stays", "stays"),
    ...waits.map(
      ({ webhook, messages }): Line => [
        "waits for",
        `${webhook}: ${counted(messages, "message")}, for up to ${durationText(maxWaitMs)}`,
      ],
    ),
    ...leftovers.map(leftoverLine),
  ];
}

const SAYS = {
  word: "a word of a text, which gets the alias",
  stays: "in a longer word, or the name of a field",
} as const;

function erasedLines({ erasure, leftovers }: Erased): Line[] {
  const { changed, dropped, rewritten, versions, items, letters } = erasure.counts;
  return [
    ["erased", `what was published before ${formatTime(erasure.startedAtMs)} UTC, as erasure ${erasure.id}`],
    [
      "archive",
      `${counted(dropped, "delivery", "deliveries")} deleted, ${counted(changed, "delivery", "deliveries")} with ${erasure.alias} instead: ${counted(rewritten, "object")} written again, ${counted(versions, "older version")} deleted`,
    ],
    ["tables", `${counted(items, "item")} deleted or changed`],
    ["dead letters", `${counted(letters, "dead letter")} deleted`],
    ...leftovers.map(leftoverLine),
  ];
}

function leftoverLine({ where, goneAtMs }: Leftover): Line {
  return ["left", goneAtMs === undefined ? where : `${where}; gone by ${formatTime(goneAtMs).slice(0, 10)}`];
}
