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

/** Settings of the node-status sink. */
export interface NodeStatusSinkOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly timelineTableName: string;
  /** Days after which a transition of the timeline is forgotten. */
  readonly timelineDays: number;
  /** A node's last-seen time moves at most once in this many milliseconds; 0 leaves it to the events that say more. */
  readonly seenIntervalMs: number;
  readonly retry?: RetryPolicy;
}

/** Nodes that one sink remembers having seen lately, so that it need not look into the table for each quiet event. */
const MAX_REMEMBERED = 100_000;

/**
 * Projects events onto the node-status table and the timeline. Per batch and node one conditional write, or none if nothing
 * is new; a transition is one put besides. Events that say only that a node is alive cost nothing but once an interval.
 */
export function nodeStatusSink(options: NodeStatusSinkOptions): Sink<RainmakerEvent> {
  const { client, timelineTableName, timelineDays, seenIntervalMs } = options;
  const retry = options.retry === undefined ? {} : { retry: options.retry };
  const seen = new SeenLately(seenIntervalMs);
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
      const telling = items.filter(({ value }) => !seen.knows(value));
      const failures = oneEach([...(await timeline.write(telling)), ...(await status.write(telling))]);
      const failed = new Set(failures.map(({ id }) => id));
      seen.remember(telling.filter(({ id }) => !failed.has(id)));
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

/** The interval in which each of many nodes was last seen, as far as this sink has written it. */
class SeenLately {
  readonly #intervalMs: number;
  readonly #seenMs = new Map<string, number>();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** True for a quiet event that would tell the table nothing. */
  knows(event: RainmakerEvent): boolean {
    if (!isQuiet(event.type)) return false;
    const seenMs = seenMsOf(event, this.#intervalMs);
    if (seenMs === undefined) return true;
    return nodesOf(event).every((nodeId) => (this.#seenMs.get(nodeId) ?? Number.NEGATIVE_INFINITY) >= seenMs);
  }

  remember(items: readonly Item<RainmakerEvent>[]): void {
    if (this.#seenMs.size > MAX_REMEMBERED) this.#seenMs.clear();
    for (const { value } of items) {
      const seenMs = seenMsOf(value, this.#intervalMs);
      if (seenMs === undefined) continue;
      for (const nodeId of nodesOf(value)) {
        this.#seenMs.set(nodeId, Math.max(seenMs, this.#seenMs.get(nodeId) ?? Number.NEGATIVE_INFINITY));
      }
    }
  }
}
