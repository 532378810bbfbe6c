/** A value of a query result; one that is not a string, number or boolean is printed as JSON. */
export type ResultValue = string | number | boolean | null | readonly ResultValue[] | ResultObject;

interface ResultObject {
  readonly [name: string]: ResultValue;
}

/** The rows of a query. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ResultValue[])[];
}

/** Converts a value for a table or CSV; a missing value is `undefined`. */
export function plainValue(value: ResultValue | undefined): string | number | boolean | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** Converts a row to an object with the column names as keys. */
export function rowObject({ columns }: QueryResult, row: readonly ResultValue[]): ResultObject {
  return Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]));
}

/** Converts an integer to a number if that is exact; otherwise it stays text. */
export function exactInteger(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
