import { wrongInput } from "@rainhooks/core/errors";
import { pageToken, placeOf } from "./pages/page-token.ts";
import { type Params, readParams } from "./params/param.ts";
import { DEFAULT_PERMISSIONS, type Permission, type Question } from "./question.ts";
import type { Stores } from "./stores.ts";

/** A stage to query. */
export interface QueryStage {
  readonly stage: string;
  readonly stores: Stores;
  readonly nowMs: () => number;
  /** What may be asked. @defaultValue `["read"]` */
  readonly permissions?: readonly Permission[];
}

/** Name of the parameter that holds the page token. */
export const PAGE = "page";

/** A page of results; `next` is the token of the next one. */
export type Page<Result> = Result & { readonly next?: string };

/** Parameters whose value may differ between the pages of one result. */
const CHANGEABLE_PARAMS = new Set(["limit"]);

/**
 * Runs a query with its parameters as text, as they come from a URL or a command line.
 *
 * @param texts Values by parameter name; the page token of the previous page is under {@link PAGE}.
 * @throws {RainhooksError} `input-invalid` for wrong parameters, for a page token of another query
 * and for a query that needs another permission, `not-found` for an unknown node, series or
 * attempt.
 */
export async function ask<Of extends Params, Result extends object>(
  question: Question<Of, Result>,
  texts: Readonly<Record<string, string | undefined>>,
  { stage, stores, nowMs, permissions = DEFAULT_PERMISSIONS }: QueryStage,
): Promise<Page<Result>> {
  if (!permissions.includes(question.permission)) {
    throw wrongInput(`The query ${question.name} needs the permission ${question.permission}.`);
  }
  const { [PAGE]: page, ...others } = texts;
  if (page !== undefined && !question.paged) {
    throw wrongInput("This query has no pages. Leave out the parameter `page`.");
  }
  const values = readParams(question.params, others, question.paged ? [PAGE] : []);
  const identity = identityOf(stage, question.name, values);
  const after = page === undefined ? undefined : placeOf(identity, page);
  const { result, next } = await question.find(values, { stores, nowMs: nowMs(), after });
  return { ...result, ...(next === undefined ? {} : { next: pageToken(identity, next) }) };
}

/** A text that is equal for two queries whose pages belong to the same result. */
function identityOf(
  stage: string,
  name: string,
  values: Readonly<Record<string, unknown>>,
): string {
  const bound = Object.entries(values).filter(
    ([key, value]) => value !== undefined && !CHANGEABLE_PARAMS.has(key),
  );
  return JSON.stringify([stage, name, bound]);
}
