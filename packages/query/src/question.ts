import type * as v from "valibot";
import type { Params, ValuesOf } from "./params/param.ts";
import type { Stores } from "./stores.ts";

/** What an answer is made with. */
export interface Asking {
  readonly stores: Stores;
  readonly nowMs: number;
  /** Where an earlier page of this answer ended. */
  readonly after: string | undefined;
}

/** A whole answer, or a page of one. */
interface Answered<Answer> {
  readonly answer: Answer;
  /** Where the next page begins; `undefined` on the last one. */
  readonly next?: string | undefined;
}

/**
 * A question that can be asked of a stage, said once: the HTTP API makes an operation of it, and the command line a command.
 */
export interface Question<Of extends Params = Params, Answer extends object = object> {
  /** Its name among the questions. */
  readonly name: string;
  /** Where it is asked over HTTP; parameters in braces are part of the path, all others of the query. */
  readonly path: string;
  readonly summary: string;
  readonly params: Of;
  /** Whether its answer comes in pages, with `next` in each but the last. */
  readonly paged: boolean;
  /** Shape of the answer, without `next`. */
  readonly answer: v.GenericSchema<Answer>;
  readonly find: (asked: ValuesOf<Of>, asking: Asking) => Promise<Answered<Answer>>;
}

/** What a question is answered with. */
export type AnswerOf<Asked extends { readonly answer: v.GenericSchema }> = v.InferOutput<Asked["answer"]>;

/** Defines a question: types of parameters and answer follow from their descriptions. */
export function defineQuestion<const Of extends Params, Answer extends object>(
  question: Question<Of, Answer>,
): Question<Of, Answer> {
  return question;
}
