import type { TableDescription } from "./table-description.ts";

/**
 * How code uses a table: the table, the environment variable with its deployed name, and the calls
 * that the code makes. It stands beside that code. Definitions of functions take it over, so
 * permissions, the local stage and the infrastructure follow from it.
 */
export interface TableUse<Table extends TableDescription = TableDescription> {
  readonly kind: "table";
  readonly env: string;
  readonly table: Table;
  readonly actions: readonly `dynamodb:${string}`[];
  /**
   * Part of a stage without which the function does without the table: it has then neither its name
   * nor a permission for it. @defaultValue the function always needs it
   */
  readonly part?: string;
  /**
   * Names of the indexes that a function with `dynamodb:Query` queries. @defaultValue all indexes
   * of the table
   */
  readonly indexes?: readonly string[];
  /** What the code changes with `dynamodb:UpdateItem`. @defaultValue all attributes of all items */
  readonly updates?: {
    /** Pattern of the partition keys of the items, in which `*` is any text. */
    readonly keys: string;
    /**
     * Names of the attributes that it reads in conditions or writes. @defaultValue all attributes
     */
    readonly attributes?: readonly string[];
  };
}

/**
 * Makes a use of a table. The environment variable follows from the name of the table:
 * `NODE_STATUS_TABLE`.
 *
 * @param actions The calls, such as `dynamodb:GetItem`.
 *
 * @example
 * ```ts
 * import { tableUse } from "@rainhooks/webhook/define";
 *
 * const doors = { name: "front-doors", partitionKey: { name: "nodeId", type: "S" } } as const;
 * console.log(tableUse(doors, ["dynamodb:GetItem"]).env); // FRONT_DOORS_TABLE
 * ```
 */
export function tableUse<const Table extends TableDescription>(
  table: Table,
  actions: TableUse["actions"],
  more?: Pick<TableUse, "indexes" | "updates">,
): TableUse<Table> {
  return {
    kind: "table",
    env: `${table.name.replaceAll("-", "_").toUpperCase()}_TABLE`,
    table,
    actions,
    ...more,
  };
}
