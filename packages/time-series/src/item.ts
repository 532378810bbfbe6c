import { createHash } from "node:crypto";
import { type DataType, type JsonValue, tryParseJson } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import type { ValueKind } from "./kind.ts";

/** A reading at a time. */
export interface Point {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly dataType: DataType;
  readonly value: JsonValue;
  /** Epoch second after which the point is forgotten. */
  readonly expiresAtS?: number;
}

/** Digits of a time in a sort key: enough for every date that a number of milliseconds can name. */
const TIME_DIGITS = 16;
const MAX_VALUE_IN_KEY = 64;

/** Partition key of a series. Only a node id is encoded, so that its end can be told. */
export function seriesKey(nodeId: string, name: string): string {
  return `${seriesListKey(nodeId)}#${name}`;
}

/** Partition key of the list of a node's series. */
export function seriesListKey(nodeId: string): string {
  return encodeURIComponent(nodeId.toWellFormed());
}

/** The item that says that a series of a node has values of a kind. It holds nothing but its key. */
export function seriesListItem(nodeId: string, name: string, kind: ValueKind): Attributes {
  return { series: { S: seriesListKey(nodeId) }, point: { S: `${kind}#${name}` } };
}

/** The series and the kind that an item of a node's list names. */
export function decodeSeriesListItem(item: Attributes): { readonly name: string; readonly kind: ValueKind } {
  const text = item["point"]?.S ?? "";
  const end = text.indexOf("#");
  return { name: text.slice(end + 1), kind: text.slice(0, end) as ValueKind };
}

/** Where the points of a time begin in the order of a series. */
export function timeKey(atMs: number): string {
  return String(atMs).padStart(TIME_DIGITS, "0");
}

/** Between the identity of a point and when it ends; JSON text has no such character, and all others sort behind it. */
const BEFORE_EXPIRY = "\t";

/**
 * A point as an item. Time and value together are its identity: the same reading again replaces itself, and two readings
 * of the same second (RainMaker's times end there) stand side by side, in whatever order they came. A reading that came
 * with another time to live is an item of its own, side by side with the first: whichever came last, the point is there
 * until the later of the two ends.
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

/** What is the same of all items of one point, given the sort key of one of them. */
export function identityOf(place: string): string {
  const end = place.indexOf(BEFORE_EXPIRY);
  return end === -1 ? place : place.slice(0, end);
}

/** An item as a point. */
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
