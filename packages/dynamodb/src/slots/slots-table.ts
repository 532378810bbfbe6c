import type { TableDescription } from "../table-description.ts";

/**
 * The table that says which slots of each store are in use: one item per store. Without an item, slot `a` is.
 */
export const tableSlotsTable = {
  name: "table-slots",
  partitionKey: { name: "store", type: "S" },
  holds: {},
} as const satisfies TableDescription;

/** The table that functions with slots read. */
export const slotReads = {
  tableSlots: {
    kind: "table",
    env: "TABLE_SLOTS_TABLE",
    table: tableSlotsTable,
    actions: ["dynamodb:GetItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/**
 * How code uses a table: the table, the environment variable with its deployed name, and the calls that the
 * code makes. It stands beside that code. Definitions of functions take it over, so permissions, the local
 * stage and the infrastructure follow from it.
 */
export interface TableUse<Table extends TableDescription = TableDescription> {
  readonly kind: "table";
  readonly env: string;
  readonly table: Table;
  readonly actions: readonly `dynamodb:${string}`[];
  /**
   * Names of the indexes that a function with `dynamodb:Query` queries. @defaultValue all indexes of the
   * table
   */
  readonly indexes?: readonly string[];
  /** What the code changes with `dynamodb:UpdateItem`. @defaultValue all attributes of all items */
  readonly updates?: {
    /** Pattern of the partition keys of the items, in which `*` is any text. */
    readonly keys: string;
    /** Names of the attributes that it reads in conditions or writes. */
    readonly attributes: readonly string[];
  };
}
