/** A key attribute of a table: its name, and whether it holds strings or numbers. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

/** A global secondary index. It holds keys alone, so that a write that moves none of them costs nothing there. */
export interface IndexDescription {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/**
 * A DynamoDB table as code, infrastructure and local stage all see it. The side that writes and the side that reads
 * share one description.
 */
export interface TableDescription {
  /** Name within a stage; the deployed table is `rainhooks-<stage>-<name>`. */
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly indexes?: readonly IndexDescription[];
  /** Attribute with the epoch second after which DynamoDB may delete an item. */
  readonly ttlAttribute?: string;
}

/** The key attributes of a table and its indexes, each once. */
export function keyAttributesOf(table: TableDescription): KeyAttribute[] {
  const keys = [table, ...(table.indexes ?? [])].flatMap(({ partitionKey, sortKey }) =>
    sortKey === undefined ? [partitionKey] : [partitionKey, sortKey],
  );
  return [...new Map(keys.map((key) => [key.name, key])).values()];
}
