import { hash } from "node:crypto";
import type { DataType } from "@rainhooks/core/decode/series-value";
import type { Series, SeriesRecord } from "@rainhooks/core/decode/time-series";
import { HOUR_MS } from "@rainhooks/core/durations";
import type { JsonValue } from "@rainhooks/core/json";
import type { Attributes } from "@rainhooks/dynamodb/key";
import {
  comparePointKeys,
  type Point,
  pointKeyOf,
  seriesKey,
  timeIn,
  timeKey,
} from "./series-keys.ts";

/**
 * Maximum bytes of the points of an item with more than one point. To read one point, its whole
 * item is read: 16 KiB are 4 read units. Smaller items would save little when written, because
 * every KiB costs a write unit anyway.
 */
export const MAX_GROUP_BYTES = 16 * 1024;

const DAY_S = 86_400;
/**
 * Characters of the digest in a sort key: 66 bits, which only have to distinguish the groups of a
 * series that start together.
 */
const DIGEST_LENGTH = 11;

/** Points of one hour with the same days to live, in order, as text. */
interface Group {
  readonly firstMs: number;
  lastMs: number;
  lastType: DataType;
  data: string;
  bytes: number;
}

/**
 * Encodes the points of a series as items: one for each UTC hour and each number of days to live,
 * or several if it would exceed {@link MAX_GROUP_BYTES}. The same points give the same items, in
 * whatever order they are passed.
 *
 * An item contains in `data` a JSON list without its brackets: a data type and the first value,
 * then for each other point the milliseconds since the previous point and the value, after its data
 * type if that is another one. The time of the first point is in the sort key, followed by a digest
 * of the content, so that the same group replaces itself and two different groups never replace
 * each other.
 *
 * @param retentionDays Days to live of a record that has none; 0 keeps it forever.
 */
export function encodeGroups(
  nodeId: string,
  { name, records }: Pick<Series, "name" | "records">,
  retentionDays: number,
): Attributes[] {
  const daysOf = ({ ttlDays }: SeriesRecord): number => Math.max(ttlDays ?? retentionDays, 0);
  const byDays = Map.groupBy(records, daysOf);
  return [...byDays].flatMap(([days, some]) =>
    [...Map.groupBy(some, ({ atMs }) => hourOf(atMs)).values()].flatMap((ofHour) =>
      groupsOf(ofHour).map((group) => toItem(seriesKey(nodeId, name), group, days)),
    ),
  );
}

function groupsOf(records: readonly SeriesRecord[], maxBytes = MAX_GROUP_BYTES): Group[] {
  const distinct = new Map(records.map((record) => [pointKeyOf(record), record]));
  const inOrder = [...distinct].sort(([a], [b]) => comparePointKeys(a, b));
  const groups: Group[] = [];
  for (const [, { atMs, dataType, value }] of inOrder) {
    const json = JSON.stringify(value);
    const open = groups.at(-1);
    const type = open?.lastType === dataType ? "" : `"${dataType}",`;
    const added = open === undefined ? "" : `,${type}${atMs - open.lastMs},${json}`;
    const bytes = Buffer.byteLength(added);
    if (open === undefined || open.bytes + bytes > maxBytes) {
      const data = `"${dataType}",${json}`;
      groups.push({
        firstMs: atMs,
        lastMs: atMs,
        lastType: dataType,
        data,
        bytes: Buffer.byteLength(data),
      });
      continue;
    }
    open.data += added;
    open.bytes += bytes;
    open.lastMs = atMs;
    open.lastType = dataType;
  }
  return groups;
}

/**
 * The number of days is text: DynamoDB's numbers do not have all exponents that a node can send.
 */
function toItem(series: string, { firstMs, lastMs, data }: Group, days: number): Attributes {
  const digest = hash("sha256", `${days} ${data}`, "base64url").slice(0, DIGEST_LENGTH);
  return {
    series: { S: series },
    group: { S: `${timeKey(firstMs)}#${digest}` },
    data: { S: data },
    ...(days === 0
      ? {}
      : { days: { S: String(days) }, expiresAtS: { N: String(expiryOf(lastMs, days)) } }),
  };
}

/**
 * Returns when a point may be deleted, epoch seconds: this many days after its own time, rounded up
 * to a second.
 */
function expiryOf(atMs: number, days: number): number {
  return Math.ceil(atMs / 1000 + days * DAY_S);
}

/**
 * Decodes the points of an item, each with its own expiry, in order. An item that is not readable
 * has no points.
 */
export function decodeGroup(item: Attributes): Point[] {
  const [firstType, ...rest] = listIn(item["data"]?.S ?? "");
  if (firstType === undefined) return [];
  // The first point has no time since a previous one.
  const list = [firstType, 0, ...rest];
  const days = Number(item["days"]?.S ?? 0);
  const points: Point[] = [];
  let atMs = timeIn(item["group"]?.S ?? "");
  let dataType = firstType as DataType;
  for (let index = 0; index + 1 < list.length; index += 2) {
    if (typeof list[index] === "string") dataType = list[index++] as DataType;
    atMs += Number(list[index]);
    const point = { atMs, dataType, value: list[index + 1] ?? null };
    points.push(days === 0 ? point : { ...point, expiresAtS: expiryOf(atMs, days) });
  }
  return points;
}

/** Returns an item of points with other values. It may exceed {@link MAX_GROUP_BYTES}. */
export function replaceValues(
  item: Attributes,
  replace: (value: JsonValue) => JsonValue,
): Attributes {
  const points = decodeGroup(item).map((point) => ({ ...point, value: replace(point.value) }));
  const [group] = groupsOf(points, Number.POSITIVE_INFINITY);
  const days = Number(item["days"]?.S ?? 0);
  return group === undefined ? item : { ...item, ...toItem(item["series"]?.S ?? "", group, days) };
}

function listIn(data: string): JsonValue[] {
  try {
    return JSON.parse(`[${data}]`) as JsonValue[];
  } catch {
    return [];
  }
}

/** Returns the start of the UTC hour of a time. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}
