import type { CsvRow } from "../output.ts";

/** What a value of a query's result can be; what is neither text nor number nor truth value is shown as JSON. */
export type ResultValue = string | number | boolean | null | readonly ResultValue[] | ResultObject;

interface ResultObject {
  readonly [name: string]: ResultValue;
}

/** Rows that a query found. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ResultValue[])[];
}

/** A value in a table or in CSV; a missing one is `undefined`. */
export function plainValue(value: ResultValue | undefined): CsvRow[number] {
  if (value === null || value === undefined) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** A row as an object by its columns' names. */
export function rowObject({ columns }: QueryResult, row: readonly ResultValue[]): ResultObject {
  return Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]));
}

/** A whole number as a number if it is exact as one, as text otherwise. */
export function exactInteger(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
