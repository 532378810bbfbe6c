/** A key attribute of a table: its name, and whether it is a string or a number. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

/** A global secondary index. It contains only keys, so a write that does not change them costs nothing there. */
export interface IndexDescription {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/**
 * A DynamoDB table, as used by the code, the infrastructure and the local stage. Writers and readers share one
 * description.
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

/** Returns the key attributes of a table and its indexes, without duplicates. */
export function keyAttributesOf(table: TableDescription): KeyAttribute[] {
  const keys = [table, ...(table.indexes ?? [])].flatMap(({ partitionKey, sortKey }) =>
    sortKey === undefined ? [partitionKey] : [partitionKey, sortKey],
  );
  return [...new Map(keys.map((key) => [key.name, key])).values()];
}
