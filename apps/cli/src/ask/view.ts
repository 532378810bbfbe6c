import type { Params, Question } from "@rainhooks/query";
import type { CsvRow } from "../output.ts";

/** Asks something else of the same stage, to show it beside the answer. */
export type AskMore = <Of extends Params, Answer extends object>(
  question: Question<Of, Answer>,
  texts: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** How an answer is shown, besides as JSON. */
export interface View<Answer> {
  readonly header: readonly string[];
  readonly rows: (answer: Answer) => readonly CsvRow[];
  /** What of an answer has a text in it, where that can be asked for. */
  readonly only?: (answer: Answer, match: string) => Answer;
  /** For people. */
  readonly text: (
    answer: Answer,
    texts: Readonly<Record<string, string | undefined>>,
    more: AskMore,
  ) => string | Promise<string>;
}
