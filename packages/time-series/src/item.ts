import { createHash } from "node:crypto";
import { type DataType, type JsonValue, tryParseJson } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/sinks";

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
const LONGEST_VALUE_IN_KEY = 64;

/** Partition key of a series. Only a node id is encoded, so that its end can be told. */
export function seriesKey(nodeId: string, name: string): string {
  return `${seriesListKey(nodeId)}#${name}`;
}

/** Partition key of the list of a node's series. */
export function seriesListKey(nodeId: string): string {
  return encodeURIComponent(nodeId.toWellFormed());
}

/** The item that names a series of a node. It holds nothing but its key. */
export function seriesListItem(nodeId: string, name: string): Attributes {
  return { series: { S: seriesListKey(nodeId) }, point: { S: name } };
}

/** Where the points of a time begin in the order of a series. */
export function timeKey(atMs: number): string {
  return String(atMs).padStart(TIME_DIGITS, "0");
}

/**
 * A point as an item. Time and value together are its key: the same reading again replaces itself, and two readings
 * of the same second (RainMaker's times end there) stand side by side, in whatever order they came.
 */
export function encodePoint(nodeId: string, name: string, point: Point): Attributes {
  const json = JSON.stringify(point.value);
  return {
    series: { S: seriesKey(nodeId, name) },
    point: { S: `${timeKey(point.atMs)}#${point.dataType}:${shortText(json)}` },
    dataType: { S: point.dataType },
    value: { S: json },
    ...(point.expiresAtS === undefined ? {} : { expiresAtS: { N: String(point.expiresAtS) } }),
  };
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
  if (Buffer.byteLength(json) <= LONGEST_VALUE_IN_KEY) return json;
  return `sha256-${createHash("sha256").update(json).digest("hex").slice(0, 32)}`;
}
