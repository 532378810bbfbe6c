import { GetItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { stateOf } from "@rainhooks/node-status/connection";
import { factValue, fieldsWith, type NodeFacts } from "@rainhooks/node-status/facts";
import { decodeNode } from "@rainhooks/node-status/node-item";
import type { NodeStatusReader } from "@rainhooks/node-status/read-node";
import { readTags } from "@rainhooks/node-status/read-tags";
import {
  isSubItem,
  STATUS,
  statusKey,
  subItemName,
  subItemPrefix,
} from "@rainhooks/node-status/sub-item";
import { connectionChanges, readBeforeRow } from "@rainhooks/node-status/timeline";
import type { Transition } from "@rainhooks/node-status/transition";
import { collapse } from "@rainhooks/node-status/uptime";
import type { NodeHistory } from "../history.ts";
import { type Outage, outagesOf } from "../outage/hold.ts";
import { heardField } from "./node-fields.ts";

/** The tables with the history of nodes. */
export interface HistoryReader extends NodeStatusReader {
  readonly timelineTableName: string;
}

/** What is stored of a node, for who evaluates its history. */
export type NodeRecord = Readonly<ReturnType<typeof recordOf>>;

/** Returns what conditions know of a node. */
export function nodeFactsOf({
  nodeId,
  config,
  tags,
}: Pick<NodeRecord, "nodeId" | "config" | "tags">): NodeAttributes {
  const { name, type, model, firmware } = config ?? {};
  return { id: nodeId, name, type, model, firmware, tags };
}

/**
 * Returns the history of a node with the outages of its groups, for rules about it. Before its
 * first known change of state, nothing is known of its connection; when it has sent something does
 * not depend on that.
 */
export function historyOf(
  record: NodeRecord,
  fromMs: number,
  outages: readonly Outage[] = [],
): NodeHistory {
  const { disconnectReason, heard, transitions } = record;
  const node = nodeFactsOf(record);
  return {
    node,
    transitions,
    disconnect: disconnectReason,
    outages: outagesOf(outages, node),
    fromMs: Math.max(fromMs, transitions[0]?.atMs ?? fromMs),
    heard: heard.intervalMs === 0 ? undefined : heard,
  };
}

/**
 * Returns true if the index by status shows when a node has been offline for long enough, or it is
 * not offline.
 */
export function isInIndex(
  { transitions }: NodeHistory,
  offlineSinceMs: number | undefined,
): boolean {
  const last = transitions.at(-1);
  return last === undefined || last.state === "online" || last.atMs === offlineSinceMs;
}

/** The end of every history: an event that claims to be of the near future is part of it. */
const END_MS = Number.MAX_SAFE_INTEGER;

/** The fields of a row that records have. */
const FIELDS = fieldsWith([heardField]);

/**
 * Reads the history of a node: its changes of state from a time on, and the last one before, so
 * that it shows the state at this time. One read unit, and more for a node with many changes.
 *
 * @param withTags False: the tags are not read.
 */
export async function readNodeRecord(
  reader: HistoryReader,
  nodeId: string,
  fromMs: number,
  withTags: boolean,
): Promise<NodeRecord | undefined> {
  const { client, tableName, timelineTableName } = reader;
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: statusKey(nodeId) }),
  );
  if (Item === undefined) return undefined;
  const facts = decodeNode(Item, FIELDS);
  const timeline = { client, tableName: timelineTableName };
  const [moved, tags] = await Promise.all([
    readBeforeRow(timeline, nodeId, { fromMs, toMs: END_MS }, facts),
    withTags ? readTags(reader, nodeId) : [],
  ]);
  return { ...recordOf(facts, nodeId, moved), tags };
}

/**
 * Returns the history that the facts of a node contain, without what extensions have in its row.
 *
 * @param moved Transitions that have moved from the row to the timeline.
 */
export function recordOf(facts: NodeFacts, nodeId: string, moved: readonly Transition[] = []) {
  const { state, sinceMs } = stateOf(facts);
  return {
    nodeId,
    config: facts.config,
    tags: [] as readonly string[],
    /** Since when the index by status has the node as offline; `undefined` if it has not. */
    offlineSinceMs: state === "offline" ? sinceMs : undefined,
    /** Changes of the state, in order: each differs from the one before. */
    transitions: collapse(connectionChanges(facts, moved, END_MS), "unknown"),
    /** Earlier changes than this have moved to the timeline, and may be missing here. */
    movedBeforeMs: facts.recent.fromMs,
    /** Why the last session ended; `undefined` if the stage does not ask AWS IoT for it. */
    disconnectReason: facts.disconnectReason,
    /** In which intervals the node has sent something. */
    heard: factValue(facts, heardField),
    /**
     * When the node has reported which firmware, in order; of a firmware only the first report of
     * each UTC day.
     */
    firmwareReports: facts.firmwareReports,
  };
}

/**
 * A part of all nodes: the table is divided into `count` parts of about the same size, numbered
 * from 0.
 */
export interface NodeSegment {
  readonly index: number;
  readonly count: number;
}

/**
 * Yields the nodes of a part of the table, each with the history that its row has. The part is read
 * before the first one.
 *
 * @param withTags True: with their tags.
 */
export async function* scanNodeRecords(
  { client, tableName }: NodeStatusReader,
  { index, count }: NodeSegment,
  withTags = false,
): AsyncGenerator<NodeRecord> {
  const scan = {
    TableName: tableName,
    Segment: index,
    TotalSegments: count,
    FilterExpression: withTags ? "#item = :status OR begins_with(#item, :tag)" : "#item = :status",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: {
      ":status": { S: STATUS },
      ...(withTags ? { ":tag": { S: subItemPrefix("tag") } } : {}),
    },
  };
  const records: NodeRecord[] = [];
  const tags = new Map<string, string[]>();
  for await (const { Items = [] } of paginateScan({ client }, scan))
    for (const item of Items) {
      const nodeId = item["nodeId"]?.S ?? "";
      if (isSubItem(item, "tag"))
        tags.set(nodeId, [...(tags.get(nodeId) ?? []), subItemName(item)]);
      else records.push(recordOf(decodeNode(item, FIELDS), nodeId));
    }
  for (const record of records) yield { ...record, tags: tags.get(record.nodeId) ?? [] };
}

/**
 * Nodes whose rows do not reach back far enough that are kept until they are read, and read at
 * once.
 */
const MAX_SHORT = 500;
const READS_AT_ONCE = 16;

/**
 * Yields the nodes of a part of the table, each with all changes of its state from a time on and
 * the state then. A read unit for about 20 nodes, and 1 to 3 for each that has changed more often
 * than its row shows (the last 8 to 32 changes).
 *
 * @param fromMs Epoch milliseconds.
 */
export async function* wholeRecords(
  reader: HistoryReader,
  segment: NodeSegment,
  fromMs: number,
  withTags: boolean,
): AsyncGenerator<NodeRecord> {
  const wholeOf = (some: readonly NodeRecord[]) =>
    mapLimited(some, READS_AT_ONCE, async (record) => {
      const whole = await readNodeRecord(reader, record.nodeId, fromMs, false);
      return { ...record, ...whole, tags: record.tags };
    });
  let short: NodeRecord[] = [];
  for await (const record of scanNodeRecords(reader, segment, withTags)) {
    const { movedBeforeMs, transitions } = record;
    const reachesBack =
      movedBeforeMs === undefined || (transitions[0]?.atMs ?? Number.POSITIVE_INFINITY) < fromMs;
    if (reachesBack) yield record;
    else if (short.push(record) >= MAX_SHORT) {
      yield* await wholeOf(short);
      short = [];
    }
  }
  yield* await wholeOf(short);
}
