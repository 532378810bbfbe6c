import { collect } from "@rainhooks/core";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import {
  type AskedStage,
  ask,
  type Page,
  type Params,
  type Question,
  type StoreTables,
  storesOf,
} from "@rainhooks/query";
import { formatCsv } from "@rainhooks/terminal";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/table";
import { type FormatOptions, print, printData, printJson, tell, watched } from "../output.ts";
import { type ReachedStage, reachStage, type StageOptions, tableOf } from "../reach/stage.ts";
import { findNode } from "./find-node.ts";
import type { AskMore, View } from "./view.ts";

/** How an answer is fetched and printed. */
export interface AskOptions extends StageOptions, FormatOptions {
  /** Token of the page to begin with. */
  readonly page?: string | undefined;
  /** Go on to the last page. */
  readonly all?: boolean;
  /** Only what has this text in it: of nodes in id, name, firmware, type or tags. */
  readonly match?: string | undefined;
  /** Seconds after which to ask again. */
  readonly watch?: number | undefined;
}

type Texts = Readonly<Record<string, string | undefined>>;

/** Asks a stage a question, and prints the answer. */
export async function askAndPrint<Of extends Params, Answer extends object>(
  question: Question<Of, Answer>,
  view: View<Answer>,
  texts: Texts,
  options: AskOptions,
): Promise<void> {
  const stage = askedStage(await reachStage(options));
  const { node } = texts;
  const found = node === undefined ? {} : { node: await findNode(stage.stores.nodes, node) };
  await watched(options.watch, () => printPages(stage, question, view, { ...texts, ...found }, options));
}

async function printPages<Of extends Params, Answer extends object>(
  stage: AskedStage,
  question: Question<Of, Answer>,
  view: View<Answer>,
  texts: Texts,
  options: AskOptions,
): Promise<void> {
  const { json, csv, all = false } = options;
  const pages = matching(
    answersOf(stage, question, { ...texts, page: options.page }, all),
    view,
    options.match,
  );
  if (json) {
    for await (const { answer } of pages)
      await printJson(`${JSON.stringify(answer, undefined, all ? undefined : 2)}\n`);
  } else if (csv) {
    for await (const { answer, first } of pages) {
      await printData(formatCsv(first ? view.header : undefined, view.rows(answer)));
    }
  } else {
    const answer = merge((await collect(pages)).map((page) => page.answer));
    const more: AskMore = (other, otherTexts) => ask(other, otherTexts, stage);
    await print(`${await view.text(answer, texts, more)}\n`);
    if (answer.next !== undefined)
      tell(`There is more: --page ${answer.next} goes on, --all shows everything.`);
  }
}

/** Pages with only what matches a text. */
async function* matching<Answer extends object>(
  pages: AsyncGenerator<{ readonly answer: Page<Answer>; readonly first: boolean }>,
  { only }: View<Answer>,
  match: string | undefined,
): typeof pages {
  for await (const { answer, first } of pages) {
    yield {
      answer: match === undefined || only === undefined ? answer : { ...answer, ...only(answer, match) },
      first,
    };
  }
}

/** One page of an answer, or all of them. */
async function* answersOf<Of extends Params, Answer extends object>(
  stage: AskedStage,
  question: Question<Of, Answer>,
  texts: Texts,
  all: boolean,
): AsyncGenerator<{ readonly answer: Page<Answer>; readonly first: boolean }> {
  let answer = await ask(question, texts, stage);
  yield { answer, first: true };
  while (all && answer.next !== undefined) {
    answer = await ask(question, { ...texts, page: answer.next }, stage);
    yield { answer, first: false };
  }
}

/** Pages as one answer: their lists one after the other, and of the rest what the last one says. */
function merge<Answer extends object>(pages: readonly Page<Answer>[]): Page<Answer> {
  const [last, ...others] = pages.toReversed();
  if (last === undefined) throw new TypeError("An answer has at least one page.");
  if (others.length === 0) return last;
  const lists = Object.entries(last)
    .filter(([, value]) => Array.isArray(value))
    .map(([name]) => [
      name,
      pages.flatMap((page) => Object.entries(page).find(([key]) => key === name)?.[1] ?? []),
    ]);
  return { ...last, ...Object.fromEntries(lists) };
}

/** A stage may have only some of the tables; which ones a question needs shows when it is asked. */
function askedStage(reached: ReachedStage): AskedStage {
  const { dynamodb: client } = reached.clients;
  const tables: StoreTables = {
    get nodeStatus() {
      return tableOf(reached, nodeStatusTable.name);
    },
    get nodeTimeline() {
      return tableOf(reached, nodeTimelineTable.name);
    },
    get timeSeries() {
      return tableOf(reached, timeSeriesTable.name);
    },
    get rollups() {
      return tableOf(reached, timeSeriesRollupsTable.name);
    },
  };
  return {
    stage: reached.outputs.stage,
    stores: storesOf(client, tables, { keepsRollups: false }),
    nowMs: Date.now,
  };
}
