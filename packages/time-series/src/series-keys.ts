import { hash } from "node:crypto";
import type { DataType } from "@rainhooks/core/decode/series-value";
import { DAY_MS } from "@rainhooks/core/durations";
import type { JsonValue } from "@rainhooks/core/json";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { ValueKind } from "./kind.ts";

/** A value at a time. */
export interface Point {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly dataType: DataType;
  readonly value: JsonValue;
  /** Epoch second at which the point expires. */
  readonly expiresAtS?: number;
}

/** Digits of a time in a sort key: enough for every date in milliseconds. */
const TIME_DIGITS = 16;
const MAX_VALUE_IN_KEY = 64;

/**
 * Returns the partition key of a series. Only the node id is encoded, so that its end can be found.
 */
export function seriesKey(nodeId: string, name: string): string {
  return `${seriesListKey(nodeId)}#${name}`;
}

/** Returns the partition key of the list of a node's series. */
export function seriesListKey(nodeId: string): string {
  return encodeURIComponent(nodeId.toWellFormed());
}

/**
 * After this time, a sink lists series again: an erasure may have deleted the list of a node that
 * has come back.
 */
export const LIST_AGAIN_MS = DAY_MS;

/** Returns the item that lists a series of a node with a kind of its values. It has only a key. */
export function seriesListItem(nodeId: string, name: string, kind: ValueKind): Attributes {
  return { series: { S: seriesListKey(nodeId) }, group: { S: `${kind}#${name}` } };
}

/** Returns the series and the kind of an item of a node's list. */
export function decodeSeriesListItem(item: Attributes): {
  readonly name: string;
  readonly kind: ValueKind;
} {
  const text = item["group"]?.S ?? "";
  const end = text.indexOf("#");
  return { name: text.slice(end + 1), kind: text.slice(0, end) as ValueKind };
}

/**
 * Returns the first possible sort key of a group that starts at a time, and the first possible key
 * of a point at this time.
 */
export function timeKey(atMs: number): string {
  return String(atMs).padStart(TIME_DIGITS, "0");
}

/** Returns the time in a sort key of a group, or in the key of a point; epoch milliseconds. */
export function timeIn(key: string): number {
  return Number.parseInt(key, 10);
}

/**
 * Returns the key of a point in its series, which is also its identity: points with the same time,
 * type and value are one point, and two different readings of the same second (the resolution of
 * RainMaker's times) are two. A long value is represented by its digest.
 */
export function pointKeyOf({ atMs, dataType, value }: Point): string {
  return `${timeKey(atMs)}#${dataType}:${shortText(JSON.stringify(value))}`;
}

/**
 * Compares two keys of points: negative when `a` comes first. They are sorted as DynamoDB sorts
 * keys, by the bytes of UTF-8.
 */
export function comparePointKeys(a: string, b: string): number {
  return timeIn(a) - timeIn(b) || Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function shortText(json: string): string {
  if (Buffer.byteLength(json) <= MAX_VALUE_IN_KEY) return json;
  return `sha256-${hash("sha256", json).slice(0, 32)}`;
}
