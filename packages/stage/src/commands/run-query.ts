import { collect } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import { findNode } from "@rainhooks/node-status/find-node";
import { textsIn } from "../operations/read-request.ts";
import { ask, PAGE, type Page, type QueryStage } from "../query/ask.ts";
import type { Params } from "../query/params/param.ts";
import { queryStage } from "../query/query-stage.ts";
import { type AskMore, DEFAULT_PERMISSIONS, type Question, type View } from "../query/question.ts";
import { formatCsv } from "../terminal/csv.ts";
import { nodeOfOption } from "./find-node.ts";
import { flagOf } from "./options.ts";
import { type FormatOptions, print, printData, printJson, printNote, repeatRun } from "./output.ts";
import { reachStage, type StageSelection } from "./reach-stage.ts";

/** Options for paging and printing a result. */
export interface AskOptions extends StageSelection, FormatOptions {
  /** Token of the first page to read. */
  readonly page?: string | undefined;
  /** Read all pages. */
  readonly all?: boolean;
  /** Seconds between two runs. */
  readonly watch?: number | undefined;
}

type Texts = Readonly<Record<string, string | undefined>>;

/** Runs a query on a stage, and prints the result. */
export async function askAndPrint<Of extends Params, Result extends object>(
  question: Question<Of, Result>,
  view: View<Result>,
  texts: Texts,
  options: AskOptions,
): Promise<void> {
  const access = await reachStage(options);
  const stage = queryStage(access);
  const { node } = texts;
  // Who has another permission than the usual one may be unable to look at nodes.
  const find = () =>
    DEFAULT_PERMISSIONS.includes(question.permission)
      ? findNode(stage.stores.nodes, node ?? "")
      : nodeOfOption(access, node ?? "");
  const found = node === undefined ? {} : { node: await find() };
  await repeatRun(options.watch, () => {
    const current = textsIn(question.params, { ...texts, ...found }, Date.now());
    return printPages(stage, question, view, current, options).catch((error: unknown) => {
      throw withFlags(error, [...Object.keys(question.params), PAGE]);
    });
  });
}

async function printPages<Of extends Params, Result extends object>(
  stage: QueryStage,
  question: Question<Of, Result>,
  view: View<Result>,
  texts: Texts,
  options: AskOptions,
): Promise<void> {
  const { json, csv, all = false } = options;
  const pages = pagesOf(stage, question, { ...texts, page: options.page }, all);
  if (json) {
    for await (const { result } of pages)
      await printJson(`${JSON.stringify(result, undefined, all ? undefined : 2)}\n`);
  } else if (csv) {
    for await (const { result, first } of pages) {
      await printData(formatCsv(first ? view.header : undefined, view.rows(result)));
    }
  } else {
    const result = merge((await collect(pages)).map((page) => page.result));
    const more: AskMore = (other, otherTexts) => ask(other, otherTexts, stage);
    await print(`${await view.text(result, texts, more)}\n`);
    if (result.next !== undefined)
      printNote(
        `There are more results. Use --page ${result.next} for the next page, or --all for everything.`,
      );
  }
}

/** Returns an error of a query with its parameters, which it has in backticks, as options. */
function withFlags(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof RainhooksError) || error.code !== "input-invalid") return error;
  const message = error.message.replaceAll(/`(\w+)`/g, (quoted, name: string) =>
    names.includes(name) ? flagOf(name) : quoted,
  );
  return new RainhooksError(error.code, message, { cause: error });
}

/** Yields one page of a result, or all of them. */
async function* pagesOf<Of extends Params, Result extends object>(
  stage: QueryStage,
  question: Question<Of, Result>,
  texts: Texts,
  all: boolean,
): AsyncGenerator<{ readonly result: Page<Result>; readonly first: boolean }> {
  let result = await ask(question, texts, stage);
  yield { result, first: true };
  while (all && result.next !== undefined) {
    result = await ask(question, { ...texts, page: result.next }, stage);
    yield { result, first: false };
  }
}

/** Merges pages: their lists are concatenated, other fields are taken from the last page. */
function merge<Result extends object>(pages: readonly Page<Result>[]): Page<Result> {
  const [last, ...others] = pages.toReversed();
  if (last === undefined) throw new TypeError("A result has at least one page.");
  if (others.length === 0) return last;
  const lists = Object.entries(last)
    .filter(([, value]) => Array.isArray(value))
    .map(([name]) => [
      name,
      pages.flatMap((page) => Object.entries(page).find(([key]) => key === name)?.[1] ?? []),
    ]);
  return { ...last, ...Object.fromEntries(lists) };
}
