import { mapLimited } from "@rainhooks/core/collections";
import { MAX_SORT_KEY_BYTES } from "@rainhooks/dynamodb/limits";
import { type ShardedRange, shardedItems } from "@rainhooks/dynamodb/sharded-index";
import type { NodeState } from "./connection.ts";
import { idShards, shardsOf } from "./node-item.ts";
import { byIdIndex, byStatusIndex } from "./node-status-tables.ts";
import { type Node, type NodeStatusReader, readNode } from "./read-node.ts";
import { countShards } from "./shards.ts";
import { timeText } from "./time-text.ts";

/** Which nodes to list. */
export interface ListQuery {
  /** @defaultValue nodes of every state, by their ids */
  readonly state?: NodeState | undefined;
  /** Maximum number of nodes. */
  readonly limit: number;
  /**
   * Order of nodes that are offline or in unknown state. `longest`: those that are longest in their
   * state come first. `newest`: those whose state changed last come first. Online nodes and nodes
   * of every state are always in the order of their ids.
   */
  readonly order?: "longest" | "newest";
  /**
   * Only nodes that are in their state since this time or later, epoch milliseconds. Only with the
   * state offline or unknown.
   */
  readonly sinceFromMs?: number | undefined;
  /**
   * Only nodes that are in their state since before this time, epoch milliseconds. Only with the
   * state offline or unknown.
   */
  readonly sinceToMs?: number | undefined;
  /** `next` of the previous page. */
  readonly after?: string | undefined;
  /**
   * Returns true for a node to list. No index has what it looks at, so a page reads nodes until
   * enough are found. @defaultValue all
   */
  readonly wanted?: ((node: Node) => boolean) | undefined;
  /**
   * Returns true for a node to leave out, such as one that the caller has. It may be few of all
   * nodes.
   * @defaultValue none
   */
  readonly except?: ((node: Node) => boolean) | undefined;
  /** Maximum number of nodes to read for the page. @defaultValue four times `limit` */
  readonly maxRead?: number | undefined;
}

/** A page of nodes. */
export interface NodePage {
  readonly nodes: readonly Node[];
  /** Number of nodes that were read. */
  readonly read: number;
  /** Where the next page begins; `undefined` on the last page. */
  readonly next: string | undefined;
}

/**
 * Returns true if `cursor` has the format of {@link NodePage.next} of a list of nodes in a state:
 * the time of a change of state and a node id, or for online nodes and nodes of every state a node
 * id.
 */
export function isListCursor(cursor: string, state?: NodeState): boolean {
  if (cursor === "" || Buffer.byteLength(cursor) > MAX_SORT_KEY_BYTES) return false;
  return isById(state) || /^\d{16}#./s.test(cursor);
}

const READS_AT_ONCE = 32;
/**
 * A page reads at most this many times its maximum of nodes. If most of them are in another state,
 * it is shorter.
 */
const MAX_READ_PER_LISTED = 4;
/** Minimum number of nodes that are read together when most of them may not be wanted. */
const MIN_BATCH = 100;
/** Sorts after every time. */
const AFTER_TIMES = "~";
/** Sort before and after every node id. */
const BEFORE_IDS = "\0";
const AFTER_IDS = "\u{10ffff}";

/**
 * Returns a page of the nodes in a state, or of all nodes: these and online nodes by their ids,
 * others by the time at which they changed to their state. A page can have fewer nodes than `limit`
 * and still not be the last one. In a list of one state, a node that changes its state meanwhile
 * may be missing; a list of all nodes has each node once, whatever changes.
 *
 * Each node costs half a read unit, and each of the 16 shards of the index too.
 *
 * @throws {RangeError} if a range of times is given without the state offline or unknown: no index
 * has other nodes by time.
 */
export async function listNodes(reader: NodeStatusReader, query: ListQuery): Promise<NodePage> {
  const { state, limit, after, wanted, except, maxRead = limit * MAX_READ_PER_LISTED } = query;
  const keys = new Keys(sortKeysOf(reader, rangeOf(query)), after);
  const nodes: Node[] = [];
  let [last, read]: [string | undefined, number] = [undefined, 0];
  while (nodes.length < limit && read < maxRead) {
    const missing = limit - nodes.length;
    const size = wanted === undefined ? missing : Math.max(missing, MIN_BATCH);
    const batch = await keys.take(Math.min(size, maxRead - read));
    if (batch.length === 0) break;
    const found = await mapLimited(batch, READS_AT_ONCE, (key) =>
      readNode(reader, nodeIdOf(key, state)),
    );
    read += batch.length;
    const isListed = (node: Node | undefined) =>
      node !== undefined &&
      node.state === (state ?? node.state) &&
      (wanted?.(node) ?? true) &&
      except?.(node) !== true;
    const listed = found.flatMap((node, index) => (isListed(node) ? [index] : []));
    const end = listed[missing - 1] ?? batch.length - 1;
    nodes.push(...listed.slice(0, missing).flatMap((index) => found[index] ?? []));
    last = batch[end];
    if (end < batch.length - 1) return { nodes, read, next: last };
  }
  return { nodes, read, next: (await keys.atEnd()) ? undefined : last };
}

async function* sortKeysOf(reader: NodeStatusReader, range: ShardedRange): AsyncGenerator<string> {
  for await (const item of shardedItems(reader, range))
    yield item[range.index.sortKey.name]?.S ?? "";
}

/** The sort keys of a list, after the last one of the page before. */
class Keys {
  readonly #keys: AsyncGenerator<string>;
  readonly #after: string | undefined;
  #pending: string | undefined;

  constructor(keys: AsyncGenerator<string>, after: string | undefined) {
    this.#keys = keys;
    this.#after = after;
  }

  async take(count: number): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < count && !(await this.atEnd())) {
      if (this.#pending !== undefined) taken.push(this.#pending);
      this.#pending = undefined;
    }
    return taken;
  }

  async atEnd(): Promise<boolean> {
    while (this.#pending === undefined) {
      const { value, done } = await this.#keys.next();
      if (done === true) return true;
      if (value !== this.#after) this.#pending = value;
    }
    return false;
  }
}

/** Yields all nodes in a state, or all nodes. Reads them page by page. */
export async function* eachNode(reader: NodeStatusReader, state?: NodeState): AsyncGenerator<Node> {
  let after: string | undefined;
  do {
    const page = await listNodes(reader, { state, limit: 1000, after });
    yield* page.nodes;
    after = page.next;
  } while (after !== undefined);
}

/**
 * Counts the nodes in each state. Reads the keys of all nodes, about 1 MB per 10,000 nodes; online
 * are those that are in no other state. Nodes that change their state meanwhile can be counted in
 * the old one or the new one.
 */
export async function countNodes(
  reader: NodeStatusReader,
): Promise<Readonly<Record<NodeState, number>>> {
  const [all, offline, unknown] = await Promise.all([
    countShards(reader, byIdIndex, idShards()),
    countShards(reader, byStatusIndex, shardsOf("offline")),
    countShards(reader, byStatusIndex, shardsOf("unknown")),
  ]);
  return { offline, online: Math.max(0, all - offline - unknown), unknown };
}

function rangeOf(query: ListQuery) {
  const { state, limit, order, sinceFromMs, sinceToMs, after } = query;
  if (isById(state)) {
    if (sinceFromMs !== undefined || sinceToMs !== undefined)
      throw new RangeError(
        "Only offline and unknown nodes can be listed by time: no index has others by time.",
      );
    const first = after ?? BEFORE_IDS;
    return {
      index: byIdIndex,
      shards: idShards(),
      first,
      last: AFTER_IDS,
      descending: false,
      expected: limit,
    };
  }
  const descending = order === "newest";
  const from = timeText(sinceFromMs ?? 0);
  const to = sinceToMs === undefined ? AFTER_TIMES : timeText(sinceToMs);
  return {
    index: byStatusIndex,
    shards: shardsOf(state),
    first: descending || after === undefined ? from : after,
    last: descending && after !== undefined ? after : to,
    descending,
    expected: limit,
  };
}

/**
 * Nodes that are listed from the index of all nodes: the index by state does not have the online
 * ones.
 */
function isById(state: NodeState | undefined): state is "online" | undefined {
  return state === undefined || state === "online";
}

function nodeIdOf(key: string, state: NodeState | undefined): string {
  return isById(state) ? key : key.slice(key.indexOf("#") + 1);
}
