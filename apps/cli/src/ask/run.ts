import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import {
  type AskedStage,
  ask,
  type Params,
  type Question,
  type StoreTables,
  storesOf,
  tablePageKey,
} from "@rainhooks/query";
import { pageKeysTable } from "@rainhooks/query/tables";
import { formatCsv } from "@rainhooks/terminal";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/table";
import { type FormatOptions, print, printData, tell, watched } from "../output.ts";
import { type ReachedStage, reachStage, type StageOptions, tableOf } from "../reach/stage.ts";
import type { AskMore, View } from "./view.ts";

/** How an answer is fetched and printed. */
export interface AskOptions extends StageOptions, FormatOptions {
  /** Token of the page to begin with. */
  readonly page?: string | undefined;
  /** Go on to the last page. */
  readonly all?: boolean;
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
  await watched(options.watch, () => printPages(stage, question, view, texts, options));
}

async function printPages<Of extends Params, Answer extends object>(
  stage: AskedStage,
  question: Question<Of, Answer>,
  view: View<Answer>,
  texts: Texts,
  options: AskOptions,
): Promise<void> {
  const { json, csv, all = false } = options;
  const more: AskMore = (other, otherTexts) => ask(other, otherTexts, stage);
  let page = options.page;
  let first = true;
  do {
    const answer = await ask(question, { ...texts, page }, stage);
    if (json) await printData(`${JSON.stringify(answer, undefined, all ? undefined : 2)}\n`);
    else if (csv) await printData(formatCsv(first ? view.header : undefined, view.rows(answer)));
    else await print(`${await view.text(answer, texts, more)}\n`);
    page = answer.next;
    first = false;
  } while (all && page !== undefined);
  if (page !== undefined && !json) tell(`There is more: --page ${page} goes on, --all shows everything.`);
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
    stores: storesOf(client, tables),
    pageKey: tablePageKey({ client, tableName: tableOf(reached, pageKeysTable.name) }),
    nowMs: Date.now,
  };
}
