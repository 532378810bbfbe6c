import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { type Attributes, batchGet, MAX_SORT_KEY_BYTES } from "@rainhooks/dynamodb";
import { NODE_STATES, type NodeState } from "./connection.ts";
import { shardsOf } from "./item.ts";
import { type NodeStatus, type NodeStatusReader, toNodeStatus } from "./read.ts";
import { byStatusIndex } from "./table.ts";

/** Which nodes to list. */
export interface ListQuery {
  readonly state: NodeState;
  /** Maximum number of nodes. */
  readonly limit: number;
  /**
   * `longest`: nodes that are longest in their state come first. `newest`: nodes whose state changed last come first.
   *
   * @defaultValue "longest"
   */
  readonly order?: "longest" | "newest";
  /** `next` of the previous page. */
  readonly after?: string | undefined;
}

/** A page of nodes. */
export interface NodePage {
  readonly nodes: readonly NodeStatus[];
  /** Where the next page begins; `undefined` on the last page. */
  readonly next: string | undefined;
}

/**
 * Returns true if `place` has the format of {@link NodePage.next}: the time of a change of state, and a node id.
 *
 * @example
 * ```ts
 * import { isListPlace } from "@rainhooks/node-status";
 *
 * console.log(isListPlace("0001732435200000#kitchen"), isListPlace("kitchen")); // true false
 * ```
 */
export function isListPlace(place: string): boolean {
  return /^\d{16}#./s.test(place) && Buffer.byteLength(place) <= MAX_SORT_KEY_BYTES;
}

/** Number of keys that are read from each shard beyond its share of a page. */
const SPARE_KEYS = 4;

/**
 * Returns a page of the nodes in a state, sorted by the time at which they changed to it. Reads the shards of the index in
 * parallel, and only as much of each as the page may need. A node that changes its state while the list is read may be
 * missing from the page.
 *
 * @throws {RainhooksError} `stage-unavailable` if the table stays busy.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { listNodes } from "@rainhooks/node-status";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-node-status" };
 * const { nodes, next } = await listNodes(reader, { state: "offline", limit: 10 });
 * console.log(nodes.map(({ nodeId }) => nodeId), next); // [ 'garden' ] undefined
 * ```
 */
export async function listNodes(reader: NodeStatusReader, query: ListQuery): Promise<NodePage> {
  const { state, limit } = query;
  const shards = shardsOf(state).map((shard) => new Shard(reader, shard, query));
  await Promise.all(shards.map((shard) => shard.fill()));
  const keys: string[] = [];
  let first = firstOf(shards, query);
  while (first !== undefined && keys.length < limit) {
    keys.push(await first.take());
    first = firstOf(shards, query);
  }
  const rows = await readRows(reader, keys.map(nodeIdOf));
  return {
    nodes: keys.flatMap((key) => {
      const row = rows.get(nodeIdOf(key));
      return row?.state === state ? [row] : [];
    }),
    next: first === undefined ? undefined : keys.at(-1),
  };
}

/**
 * Yields all nodes in a state. Reads them page by page.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { eachNode } from "@rainhooks/node-status";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-node-status" };
 * for await (const { nodeId } of eachNode(reader, "offline")) {
 *   console.log(nodeId); // garden
 * }
 * ```
 */
export async function* eachNode(reader: NodeStatusReader, state: NodeState): AsyncGenerator<NodeStatus> {
  let after: string | undefined;
  do {
    const page = await listNodes(reader, { state, limit: 1000, after });
    yield* page.nodes;
    after = page.next;
  } while (after !== undefined);
}

/**
 * Counts the nodes in each state. Reads only the keys in the index, about 1 MB per 10,000 nodes.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { countNodes } from "@rainhooks/node-status";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-node-status" };
 * console.log(await countNodes(reader)); // { offline: 1, online: 1, unknown: 0 }
 * ```
 */
export async function countNodes(reader: NodeStatusReader): Promise<Readonly<Record<NodeState, number>>> {
  const counts = await Promise.all(
    NODE_STATES.map(async (state) => {
      const shards = await Promise.all(shardsOf(state).map((shard) => countShard(reader, shard)));
      return [state, shards.reduce((sum, count) => sum + count, 0)] as const;
    }),
  );
  return Object.fromEntries(counts) as Record<NodeState, number>;
}

async function countShard({ client, tableName }: NodeStatusReader, shard: string): Promise<number> {
  let count = 0;
  let start: Attributes | undefined;
  do {
    const response = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: byStatusIndex.name,
        Select: "COUNT",
        KeyConditionExpression: "#shard = :shard",
        ExpressionAttributeNames: { "#shard": byStatusIndex.partitionKey.name },
        ExpressionAttributeValues: { ":shard": { S: shard } },
        ExclusiveStartKey: start,
      }),
    );
    count += response.Count ?? 0;
    start = response.LastEvaluatedKey;
  } while (start !== undefined);
  return count;
}

/** Reads one shard of a list, as far as needed. */
class Shard {
  readonly #reader: NodeStatusReader;
  readonly #name: string;
  readonly #query: ListQuery;
  #keys: string[] = [];
  #after: string | undefined;
  #ended = false;

  constructor(reader: NodeStatusReader, name: string, query: ListQuery) {
    this.#reader = reader;
    this.#name = name;
    this.#query = query;
    this.#after = query.after;
  }

  /** The first key that has not been taken yet. */
  get head(): string | undefined {
    return this.#keys[0];
  }

  async take(): Promise<string> {
    const key = this.#keys.shift() ?? "";
    if (this.#keys.length === 0) await this.fill();
    return key;
  }

  async fill(): Promise<void> {
    if (this.#ended) return;
    const { limit, order = "longest" } = this.#query;
    const after = this.#after;
    const Limit = Math.ceil(limit / shardsOf("online").length) + SPARE_KEYS;
    const sort = byStatusIndex.sortKey.name;
    const { Items = [], LastEvaluatedKey } = await this.#reader.client.send(
      new QueryCommand({
        TableName: this.#reader.tableName,
        IndexName: byStatusIndex.name,
        KeyConditionExpression: `#shard = :shard${after === undefined ? "" : ` AND #since ${order === "longest" ? ">" : "<"} :after`}`,
        ExpressionAttributeNames: {
          "#shard": byStatusIndex.partitionKey.name,
          ...(after === undefined ? {} : { "#since": sort }),
        },
        ExpressionAttributeValues: {
          ":shard": { S: this.#name },
          ...(after === undefined ? {} : { ":after": { S: after } }),
        },
        ScanIndexForward: order === "longest",
        Limit,
      }),
    );
    this.#keys = Items.map((item) => item[sort]?.S ?? "");
    this.#after = this.#keys.at(-1) ?? after;
    this.#ended = LastEvaluatedKey === undefined;
  }
}

/** Returns the shard whose next key is first in the order of the list. */
function firstOf(shards: readonly Shard[], { order = "longest" }: ListQuery): Shard | undefined {
  let first: Shard | undefined;
  for (const shard of shards) {
    if (shard.head === undefined) continue;
    const before = first?.head;
    if (before === undefined || (order === "longest" ? shard.head < before : shard.head > before))
      first = shard;
  }
  return first;
}

function nodeIdOf(key: string): string {
  return key.slice(key.indexOf("#") + 1);
}

async function readRows(
  { client, tableName }: NodeStatusReader,
  nodeIds: readonly string[],
): Promise<Map<string, NodeStatus>> {
  const keys = nodeIds.map((nodeId): Attributes => ({ nodeId: { S: nodeId } }));
  const items = await batchGet(keys, { client, tableName, busyCode: "stage-unavailable" });
  return new Map(items.map(toNodeStatus).map((row) => [row.nodeId, row]));
}
