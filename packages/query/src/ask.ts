import { RainhooksError } from "@rainhooks/core";
import { pageToken, placeOf } from "./pages/page-token.ts";
import { type Params, readParams } from "./params/param.ts";
import type { Question } from "./question.ts";
import type { Stores } from "./stores.ts";

/** What questions are asked of. */
export interface AskedStage {
  /** Name of the stage. */
  readonly stage: string;
  readonly stores: Stores;
  readonly nowMs: () => number;
}

/** The parameter of the page token. */
export const PAGE = "page";

/** A page of results; `next` is the token of the next one. */
export type Page<Answer> = Answer & { readonly next?: string };

/** Parameters that may change from page to page. */
const FREE_BETWEEN_PAGES = new Set(["limit"]);

/**
 * Asks a question in the words in which people and programs write it.
 *
 * @throws {RainhooksError} `input-invalid` for parameters that are wrong and for a page token of another question,
 * `not-found` for a node or series that nobody has heard of.
 */
export async function ask<Of extends Params, Answer extends object>(
  question: Question<Of, Answer>,
  texts: Readonly<Record<string, string | undefined>>,
  { stage, stores, nowMs }: AskedStage,
): Promise<Page<Answer>> {
  const { [PAGE]: page, ...others } = texts;
  if (page !== undefined && !question.paged) {
    throw new RainhooksError("input-invalid", "This answer has no pages.", { permanent: true });
  }
  const asked = readParams(question.params, others, question.paged ? [PAGE] : []);
  const identity = identityOf(stage, question.name, asked);
  const after = page === undefined ? undefined : placeOf(identity, page);
  const { answer, next } = await question.find(asked, { stores, nowMs: nowMs(), after });
  return { ...answer, ...(next === undefined ? {} : { next: pageToken(identity, next) }) };
}

function identityOf(stage: string, name: string, asked: Readonly<Record<string, unknown>>): string {
  const said = Object.entries(asked).filter(
    ([key, value]) => value !== undefined && !FREE_BETWEEN_PAGES.has(key),
  );
  return JSON.stringify([stage, name, said]);
}
