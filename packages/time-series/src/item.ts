import { createHash } from "node:crypto";
import { type DataType, type JsonValue, tryParseJson } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
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

/** Returns the partition key of a series. Only the node id is encoded, so that its end can be found. */
export function seriesKey(nodeId: string, name: string): string {
  return `${seriesListKey(nodeId)}#${name}`;
}

/** Returns the partition key of the list of a node's series. */
export function seriesListKey(nodeId: string): string {
  return encodeURIComponent(nodeId.toWellFormed());
}

/** Returns the item that lists a series of a node with a kind of its values. It has only a key. */
export function seriesListItem(nodeId: string, name: string, kind: ValueKind): Attributes {
  return { series: { S: seriesListKey(nodeId) }, point: { S: `${kind}#${name}` } };
}

/** Returns the series and the kind of an item of a node's list. */
export function decodeSeriesListItem(item: Attributes): { readonly name: string; readonly kind: ValueKind } {
  const text = item["point"]?.S ?? "";
  const end = text.indexOf("#");
  return { name: text.slice(end + 1), kind: text.slice(0, end) as ValueKind };
}

/** Returns the first possible sort key of a point at a time. */
export function timeKey(atMs: number): string {
  return String(atMs).padStart(TIME_DIGITS, "0");
}

/** Separates the identity of a point from its expiry; JSON text never has this character, and all others sort after it. */
const BEFORE_EXPIRY = "\t";

/**
 * Encodes a point as an item. Its time and value are its identity: the same reading replaces itself, and two different readings
 * of the same second (the resolution of RainMaker's times) are separate items, in whatever order they arrive. The same reading
 * with another time to live is a separate item too: the point exists until the later of both expires, whichever arrived
 * last.
 */
export function encodePoint(nodeId: string, name: string, point: Point): Attributes {
  const json = JSON.stringify(point.value);
  const identity = `${timeKey(point.atMs)}#${point.dataType}:${shortText(json)}`;
  return {
    series: { S: seriesKey(nodeId, name) },
    point: { S: `${identity}${point.expiresAtS === undefined ? "" : `${BEFORE_EXPIRY}${point.expiresAtS}`}` },
    dataType: { S: point.dataType },
    value: { S: json },
    ...(point.expiresAtS === undefined ? {} : { expiresAtS: { N: String(point.expiresAtS) } }),
  };
}

/** Returns the part of a sort key that all items of one point share. */
export function identityOf(place: string): string {
  const end = place.indexOf(BEFORE_EXPIRY);
  return end === -1 ? place : place.slice(0, end);
}

/** Decodes an item. */
export function decodePoint(item: Attributes): Point {
  const expiresAtS = item["expiresAtS"]?.N;
  return {
    atMs: Number.parseInt(item["point"]?.S ?? "", 10),
    dataType: item["dataType"]?.S as DataType,
    value: tryParseJson(item["value"]?.S ?? "") ?? null,
    ...(expiresAtS === undefined ? {} : { expiresAtS: Number(expiresAtS) }),
  };
}

function shortText(json: string): string {
  if (Buffer.byteLength(json) <= MAX_VALUE_IN_KEY) return json;
  return `sha256-${createHash("sha256").update(json).digest("hex").slice(0, 32)}`;
}
