import type { Params } from "../query/params/param.ts";
import type { Question } from "../query/question.ts";
import type { CsvRow } from "./output.ts";

/** Runs another query on the same stage, to print its result too. */
export type AskMore = <Of extends Params, Answer extends object>(
  question: Question<Of, Answer>,
  texts: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** How a result is printed in formats other than JSON. */
export interface View<Answer> {
  readonly header: readonly string[];
  readonly rows: (answer: Answer) => readonly CsvRow[];
  /** The result as text for people. */
  readonly text: (
    answer: Answer,
    texts: Readonly<Record<string, string | undefined>>,
    more: AskMore,
  ) => string | Promise<string>;
}
