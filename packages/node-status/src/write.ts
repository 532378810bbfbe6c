import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { nodesOf, type RainmakerEvent, type RetryPolicy } from "@rainhooks/core";
import { batchPutSink, type Fold, foldSink, type Item, oneEach, type Sink } from "@rainhooks/sinks";
import { seenMsOf } from "./event-time.ts";
import { isQuiet } from "./events.ts";
import { equalFacts, joinFacts, type NodeFacts } from "./facts.ts";
import { decodeNode, encodeNode } from "./item.ts";
import { project } from "./project.ts";
import { nodeStatusTable, nodeTimelineTable } from "./table.ts";
import { transitionItem } from "./transition.ts";

/** Options of {@link nodeStatusSink}. */
export interface NodeStatusSinkOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly timelineTableName: string;
  /** Days after which a transition is deleted from the timeline. */
  readonly timelineDays: number;
  /**
   * Interval at which the last-seen time of a node is written, milliseconds. With 0, events that only show that a node is
   * alive are ignored.
   */
  readonly seenIntervalMs: number;
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
}

/** Maximum number of nodes whose last-seen time a sink caches, so that it does not read the table for every quiet event. */
const MAX_CACHED_NODES = 100_000;

/**
 * Makes the sink that projects events to the node-status table and the timeline. A batch needs one conditional write per node
 * with new facts, and one put per transition. Events that only show that a node is alive are written once per interval.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { decode, readDelivery } from "@rainhooks/core";
 * import { nodeStatusSink } from "@rainhooks/node-status";
 *
 * const sink = nodeStatusSink({
 *   client: new DynamoDBClient({}),
 *   tableName: "rainhooks-dev-node-status",
 *   timelineTableName: "rainhooks-dev-node-timeline",
 *   timelineDays: 90,
 *   seenIntervalMs: 3_600_000,
 * });
 * const body = '{"event_type":"rmaker.event.alert","event_data":{"node_id":"kitchen","message_body":"Too hot"}}';
 * const decoded = decode(readDelivery({ messageId: "0b1c", body }));
 * if (decoded.kind === "event") console.log(await sink.write([{ id: "1", value: decoded.event }])); // []
 * ```
 */
export function nodeStatusSink(options: NodeStatusSinkOptions): Sink<RainmakerEvent> {
  const { client, timelineTableName, timelineDays, seenIntervalMs } = options;
  const retry = options.retry === undefined ? {} : { retry: options.retry };
  const seen = new SeenCache(seenIntervalMs);
  const status = foldSink({ ...options, table: nodeStatusTable, fold: foldOf(seenIntervalMs) });
  const timeline = batchPutSink<RainmakerEvent>({
    client,
    ...retry,
    table: nodeTimelineTable,
    tableName: timelineTableName,
    toPuts: (event) => {
      const item = transitionItem(event, timelineDays);
      return item === undefined ? [] : [item];
    },
  });
  return {
    write: async (items) => {
      const relevant = items.filter(({ value }) => !seen.covers(value));
      const failures = oneEach([...(await timeline.write(relevant)), ...(await status.write(relevant))]);
      const failed = new Set(failures.map(({ id }) => id));
      seen.remember(relevant.filter(({ id }) => !failed.has(id)));
      return failures;
    },
  };
}

function foldOf(seenIntervalMs: number): Fold<RainmakerEvent, NodeFacts> {
  return {
    keysOf: (event) => nodesOf(event).map((nodeId) => ({ nodeId: { S: nodeId } })),
    stateOf: (events) => project(events, seenIntervalMs),
    join: joinFacts,
    equal: equalFacts,
    encode: (facts, key) => encodeNode(facts, key["nodeId"]?.S ?? ""),
    decode: decodeNode,
  };
}

/** Caches the last-seen intervals that this sink has written. */
class SeenCache {
  readonly #intervalMs: number;
  readonly #seenMs = new Map<string, number>();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Returns true for a quiet event that would not change the table. */
  covers(event: RainmakerEvent): boolean {
    if (!isQuiet(event.type)) return false;
    const seenMs = seenMsOf(event, this.#intervalMs);
    if (seenMs === undefined) return true;
    return nodesOf(event).every((nodeId) => (this.#seenMs.get(nodeId) ?? Number.NEGATIVE_INFINITY) >= seenMs);
  }

  remember(items: readonly Item<RainmakerEvent>[]): void {
    if (this.#seenMs.size > MAX_CACHED_NODES) this.#seenMs.clear();
    for (const { value } of items) {
      const seenMs = seenMsOf(value, this.#intervalMs);
      if (seenMs === undefined) continue;
      for (const nodeId of nodesOf(value)) {
        this.#seenMs.set(nodeId, Math.max(seenMs, this.#seenMs.get(nodeId) ?? Number.NEGATIVE_INFINITY));
      }
    }
  }
}
