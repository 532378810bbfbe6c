/** A key attribute of a table: its name, and whether it is a string or a number. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

/**
 * A global secondary index. An item without the index's keys is not in it. A write that changes
 * neither the keys of an index nor its projected attributes costs nothing in the index.
 */
export interface IndexDescription {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  /**
   * Number of values of the partition key, if a program spreads the items over a fixed number of
   * them.
   */
  readonly shards?: number;
  /** Attributes in the index besides the keys. */
  readonly projected?: readonly string[];
}

/**
 * A DynamoDB table as the infrastructure, the local stage and the code that writes and reads it
 * describe it.
 */
export interface TableDescription {
  /** Name within a stage; the deployed table is `rainhooks-<stage>-<name>`. */
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly indexes?: readonly IndexDescription[];
  /**
   * Patterns of its key attributes that hold an id of a node or a user, or a text of people: an
   * erasure looks for somebody there, and leaves all other keys as they are. `{node}`, `{user}` and
   * `{text}` stand for these, `{}` for anything else, and `{node%}` for a node as in a URL. What is
   * in braces ends before the next `#`, but for the last, which is all the rest: `user#{user}`. A
   * table without this is searched as a text.
   */
  readonly holds?: Readonly<Record<string, readonly string[]>>;
  /** Attribute with the time, in epoch seconds, after which DynamoDB may delete an item. */
  readonly ttlAttribute?: string;
  /**
   * The store that it belongs to, if that can be rebuilt: a stage then has the table twice, in
   * slots `a` and `b`.
   */
  readonly store?: string;
}

/** Returns the key attributes of a table and its indexes, each once. */
export function keyAttributesOf(table: TableDescription): KeyAttribute[] {
  const keys = [table, ...(table.indexes ?? [])].flatMap(({ partitionKey, sortKey }) =>
    sortKey === undefined ? [partitionKey] : [partitionKey, sortKey],
  );
  return [...new Map(keys.map((key) => [key.name, key])).values()];
}

/**
 * Returns tables each once, with all indexes of those of one name: extensions have indexes of their
 * own.
 */
export function mergeTables(tables: readonly TableDescription[]): TableDescription[] {
  return [...Map.groupBy(tables, ({ name }) => name).values()].map((same) => {
    const indexes = new Map(
      same.flatMap((one) => one.indexes ?? []).map((index) => [index.name, index]),
    );
    const merged = Object.assign({}, ...same) as TableDescription;
    return indexes.size === 0 ? merged : { ...merged, indexes: [...indexes.values()] };
  });
}
