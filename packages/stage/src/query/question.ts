import type * as v from "valibot";
import type { CsvRow } from "../commands/output.ts";
import type { Params, ValuesOf } from "./params/param.ts";
import type { Stores } from "./stores.ts";

/** What a query needs besides its parameters. */
export interface QueryContext {
  readonly stores: Stores;
  readonly nowMs: number;
  /** Where the previous page of the result ended; `undefined` for the first page. */
  readonly after: string | undefined;
}

/** A whole result, or a page of it. */
interface QueryResult<Result> {
  readonly result: Result;
  /** Where the next page begins; `undefined` on the last page. */
  readonly next?: string | undefined;
}

/**
 * What a caller may query: `read`, nodes and series; `attempts`, requests to destinations, whose
 * responses can contain secrets. The HTTP API has only the permission `read`.
 */
export type Permission = "read" | "attempts";

/** The permissions of a caller that has been given no other. */
export const DEFAULT_PERMISSIONS: readonly Permission[] = ["read"];

/**
 * A query of a stage. The operation of the HTTP API and the command of the command line are both
 * made from it.
 */
export interface Question<Of extends Params = Params, Result extends object = object> {
  /** Unique name; also the operation id in the OpenAPI document. */
  readonly name: string;
  /**
   * Path in the HTTP API. Parameters in braces are part of the path, all others of the query
   * string.
   */
  readonly path: string;
  readonly summary: string;
  /** The permission that it needs. */
  readonly permission: Permission;
  readonly params: Of;
  /** Whether the result has pages, with `next` in each but the last. */
  readonly paged: boolean;
  /** Schema of the result, without `next`. */
  readonly result: v.GenericSchema<Result>;
  /** A method, so that a list can have queries with parameters of any types. */
  find(params: ValuesOf<Of>, context: QueryContext): Promise<QueryResult<Result>>;
}

/** The type of the result of a query. */
export type ResultOf<Of extends { readonly result: v.GenericSchema }> = v.InferOutput<Of["result"]>;

/**
 * Defines a query, which needs the permission `read` if it names no other. The types of its
 * parameters and result follow from their schemas.
 */
export function defineQuestion<const Of extends Params, Result extends object>(
  question: Omit<Question<Of, Result>, "permission"> & { readonly permission?: Permission },
): Question<Of, Result> {
  return { permission: "read", ...question };
}

/** Runs another query on the same stage, to print its result too. */
export type AskMore = <Of extends Params, Result extends object>(
  question: Question<Of, Result>,
  texts: Readonly<Record<string, string>>,
) => Promise<Result>;

/** How a result is printed in formats other than JSON. */
export interface View<Result> {
  readonly header: readonly string[];
  readonly rows: (result: Result) => readonly CsvRow[];
  /** The result as text for people. */
  readonly text: (
    result: Result,
    texts: Readonly<Record<string, string | undefined>>,
    more: AskMore,
  ) => string | Promise<string>;
}
