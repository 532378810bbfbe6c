import type { TableDescription } from "./table-description.ts";

/**
 * How code uses a table: the table, the environment variable with its deployed name, and the calls that the code makes. It stands beside
 * that code. Definitions of functions take it over, so permissions, the local stage and the infrastructure follow from it.
 */
export interface TableUse<Table extends TableDescription = TableDescription> {
  readonly kind: "table";
  readonly env: string;
  readonly table: Table;
  readonly actions: readonly `dynamodb:${string}`[];
  /** Names of the indexes that a function with `dynamodb:Query` queries. @defaultValue all indexes of the table */
  readonly indexes?: readonly string[];
}
