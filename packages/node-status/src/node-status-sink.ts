import { isDeepStrictEqual } from "node:util";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DAY_MS } from "@rainhooks/core/durations";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { RetryPolicy } from "@rainhooks/core/retry";
import { batchPutSink } from "@rainhooks/sinks/dynamodb/batch-put-sink";
import type { Fold } from "@rainhooks/sinks/dynamodb/fold";
import { foldSink } from "@rainhooks/sinks/dynamodb/fold-sink";
import { notesOf } from "@rainhooks/sinks/observed-sink";
import { type Item, oneEach, type Sink } from "@rainhooks/sinks/sink";
import { lastSeenMs } from "./event-time.ts";
import { isFrequent } from "./events.ts";
import type { NodeStatusExtension, NoteChange } from "./extension.ts";
import { equalFacts, fieldsWith, joinFacts, type NodeFacts } from "./facts.ts";
import type { ExtensionField } from "./fields/extension-field.ts";
import { moveOld } from "./fields/recent.ts";
import {
  decodeMembership,
  encodeMembership,
  joinMemberships,
  type Membership,
  memberKeysOf,
  membershipOf,
} from "./members.ts";
import { decodeNode, encodeNode } from "./node-item.ts";
import { nodeStatusTable, nodeTimelineTable } from "./node-status-tables.ts";
import { project } from "./project.ts";
import { statusKey } from "./sub-item.ts";
import { tagItems } from "./tags.ts";
import { alertItem, transitionItems } from "./timeline-item.ts";

/** Options of {@link nodeStatusSink}. */
export interface NodeStatusSinkOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly timelineTableName: string;
  /** Days after which a transition or an alert is deleted from the timeline. */
  readonly timelineDays: number;
  /**
   * Interval at which the last-seen time of a node is written, milliseconds. With 0, events that
   * only show that a node is alive are ignored.
   */
  readonly seenIntervalMs: number;
  /** @defaultValue none */
  readonly extensions?: readonly NodeStatusExtension[];
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
}

/**
 * Maximum number of nodes whose last-seen time a sink caches, so that it does not read the table
 * for every frequent event.
 */
const MAX_CACHED_NODES = 100_000;

/**
 * Makes the sink that projects events to the node-status table and the timeline. A batch needs one
 * conditional write per node with new facts, one per user of a node who was added or removed, and
 * one put per tag and alert. Transitions are stored with the facts; the oldest move to the
 * timeline, many in one item. Events that only show that a node is alive are written once per
 * interval.
 */
export function nodeStatusSink(options: NodeStatusSinkOptions): Sink<RainmakerEvent> {
  const {
    client,
    tableName,
    timelineTableName,
    timelineDays,
    seenIntervalMs,
    extensions = [],
  } = options;
  const extra = extensions.flatMap(({ fields }) => fields);
  const shared = { client, ...(options.retry === undefined ? {} : { retry: options.retry }) };
  const extraIndexes = extra.flatMap(({ index }) => index?.description ?? []);
  const table = { ...nodeStatusTable, indexes: [...nodeStatusTable.indexes, ...extraIndexes] };
  const statusTable = { ...shared, table, tableName };
  const timelineTable = { ...shared, table: nodeTimelineTable, tableName: timelineTableName };
  const keepMs = timelineDays * DAY_MS;
  const seen = new SeenCache(seenIntervalMs, extra);
  let notes: readonly NoteChange[] = [];
  const note: NoteChange = (before, after) =>
    notes.reduce((noted, noteChange) => noteChange(before, noted), after);
  const sinks = [
    foldSink({
      ...statusTable,
      fold: { ...statusFold(seenIntervalMs, keepMs, extra), note },
      overflow: timelineTable,
    }),
    foldSink({ ...statusTable, fold: MEMBER_FOLD }),
    batchPutSink({ ...statusTable, toPuts: tagItems }),
    batchPutSink<RainmakerEvent>({
      ...timelineTable,
      toPuts: (event) => [alertItem(event, keepMs)].filter((item) => item !== undefined),
    }),
  ];
  return {
    write: async (items, context) => {
      const relevant = items.filter(({ value }) => !seen.covers(value));
      notes = await notesOf(extensions, relevant, notes);
      const failures = oneEach(
        (await Promise.all(sinks.map((sink) => sink.write(relevant, context)))).flat(),
      );
      const failed = new Set(failures.map(({ id }) => id));
      seen.remember(relevant.filter(({ id }) => !failed.has(id)));
      return failures;
    },
  };
}

function statusFold(
  seenIntervalMs: number,
  keepMs: number,
  extra: readonly ExtensionField[],
): Fold<RainmakerEvent, NodeFacts> {
  const fields = fieldsWith(extra);
  return {
    keysOf: (event) => nodesOf(event).map(statusKey),
    stateOf: (events) => project(events, seenIntervalMs, fields),
    join: (a, b) => joinFacts(a, b, fields),
    equal: equalFacts,
    encode: (facts, key) => encodeNode(facts, key["nodeId"]?.S ?? "", extra, fields),
    decode: (item) => decodeNode(item, fields),
    overflow: (facts, key) => {
      const { kept, moved } = moveOld(facts.recent, keepMs);
      return {
        kept: { ...facts, recent: kept },
        items: transitionItems(key["nodeId"]?.S ?? "", moved, keepMs),
      };
    },
  };
}

const MEMBER_FOLD: Fold<RainmakerEvent, Membership> = {
  keysOf: memberKeysOf,
  stateOf: membershipOf,
  join: joinMemberships,
  equal: (a, b) => isDeepStrictEqual(a, b),
  encode: encodeMembership,
  decode: decodeMembership,
};

/** Caches the last-seen intervals that this sink has written. */
class SeenCache {
  readonly #intervalMs: number;
  readonly #extra: readonly ExtensionField[];
  readonly #seenMs = new Map<string, number>();

  constructor(intervalMs: number, extra: readonly ExtensionField[]) {
    this.#intervalMs = intervalMs;
    this.#extra = extra;
  }

  /** Returns true for a frequent event that would not change the table. */
  covers(event: RainmakerEvent): boolean {
    // A replay may fill a table whose rows are gone.
    if (!isFrequent(event.type) || event.replay !== undefined) return false;
    const seenMs = lastSeenMs(event, this.#intervalMs);
    if (seenMs === undefined) return true;
    return nodesOf(event).every((nodeId) => this.#seenMs.get(nodeId) === seenMs);
  }

  remember(items: readonly Item<RainmakerEvent>[]): void {
    if (this.#seenMs.size > MAX_CACHED_NODES) this.#seenMs.clear();
    for (const { value } of items) {
      // A field may need another event of the interval, of which the next frequent one may be the
      // first.
      if (this.#extra.some((field) => field.needs?.(value) === false)) continue;
      const seenMs = lastSeenMs(value, this.#intervalMs);
      if (seenMs === undefined) continue;
      for (const nodeId of nodesOf(value)) {
        this.#seenMs.set(
          nodeId,
          Math.max(seenMs, this.#seenMs.get(nodeId) ?? Number.NEGATIVE_INFINITY),
        );
      }
    }
  }
}
