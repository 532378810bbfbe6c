import { describeValue, isJsonObject, type JsonObject, type JsonValue, setField } from "../json.ts";
import { fieldNames, gather, nameOf, type ObjectFields } from "./field-names.ts";
import { coerceValue, type DataType } from "./series-value.ts";
import { packedJson, Refusal, refuse } from "./shape.ts";
import { parseTimeMs } from "./time.ts";

/** One reading of a series. */
export interface SeriesRecord {
  readonly atMs: number;
  readonly dataType: DataType;
  readonly value: JsonValue;
  /** Days after which the node wants the reading deleted (`d` of simple time series). */
  readonly ttlDays?: number;
}

/** The readings of one parameter. */
export interface Series {
  /** `<device>.<param>` as sent by the node; some tools omit the device. */
  readonly name: string;
  /** The parameter's type, such as `esp.param.temperature`. */
  readonly paramType?: string;
  readonly records: readonly SeriesRecord[];
}

/** A reading that could not be decoded, with its location and the reason. */
export interface RejectedRecord {
  readonly path: string;
  readonly reason: string;
}

/** The data of a `node_ts_data` event. */
export interface TimeSeriesData {
  readonly userId?: string | undefined;
  readonly nodeId: string;
  readonly series: readonly Series[];
  /** Readings that are missing from `series`. They do not affect the valid ones. */
  readonly rejected: readonly RejectedRecord[];
  readonly extra: Readonly<Record<string, JsonValue>>;
}

const NODE = fieldNames(["nodeId", "userId"]);
const SERIES = fieldNames(["name", "type", "dt", "records", "t", "v", "d"], {
  dt: ["dataType"],
  t: ["ts", "timestamp"],
  v: ["val", "value"],
});
/**
 * Fields that may contain the body: no public sample of the event exists, so every plausible name
 * is tried.
 */
const CONTAINERS = fieldNames(["tsData", "simpleTsData", "payload", "data", "messageBody"]);
/** Maximum plausible time to live in days: `d` has 16 bits in the firmware. */
const MAX_TTL_DAYS = 65_535;
/** Maximum number of nested containers that are searched. */
const MAX_CONTAINERS = 4;

/**
 * Reads the data of `node_ts_data`: the body of the MQTT topic `tsdata` (a list of series with
 * records) or `simple_tsdata` (one series with one reading). The body is in the event's data
 * itself, or encoded in one of its fields.
 */
export function timeSeriesData(value: JsonValue | undefined): TimeSeriesData | Refusal {
  if (!isJsonObject(value)) return refuse(value, "expected an object");
  const { values, extra } = gather(value, NODE);
  const [nodeId, userId] = values;
  if (!isName(nodeId)) return new Refusal("nodeId: expected a string that is not empty");
  const found: FoundSeries[] = [];
  const rejected: RejectedRecord[] = [];
  if (
    !findSeries({ raw: extra, path: "data", field: undefined }, MAX_CONTAINERS, found, rejected)
  ) {
    const [first] = rejected;
    return new Refusal(
      first === undefined
        ? "no time series found: expected ts_data, or name, t and v"
        : `${first.path}: ${first.reason}`,
    );
  }
  const series: Series[] = [];
  for (const one of found) {
    const read = readSeries(one, rejected);
    if (read !== undefined) series.push(read);
  }
  const owner = typeof userId === "string" ? { nodeId, userId } : { nodeId };
  return { ...owner, series, rejected, extra: withoutSeries(extra, found) };
}

interface FoundSeries {
  readonly raw: JsonValue;
  readonly path: string;
  /** The field of the data in which it is; `undefined` for the data itself. */
  readonly field: string | undefined;
}

/**
 * Adds to `found` the series in a value and in all containers in it. Returns false when it has
 * nothing that can contain series.
 */
function findSeries(
  { raw, path, field }: FoundSeries,
  depth: number,
  found: FoundSeries[],
  rejected: RejectedRecord[],
): boolean {
  const plain = packedJson(raw);
  if (plain instanceof Refusal) {
    rejected.push({ path, reason: plain.reason });
    return false;
  }
  if (Array.isArray(plain)) {
    for (const [index, one] of plain.entries())
      found.push({ raw: one, path: `${path}[${index}]`, field });
    return true;
  }
  if (!isJsonObject(plain)) return false;
  let canContain = isSeries(plain);
  if (canContain) found.push({ raw: plain, path, field });
  if (depth === 0) return canContain;
  for (const key in plain) {
    if (nameOf(key, CONTAINERS) === undefined) continue;
    const inner = { raw: plain[key] as JsonValue, path: `${path}.${key}`, field: field ?? key };
    if (findSeries(inner, depth - 1, found, rejected)) canContain = true;
  }
  return canContain;
}

/** True for an object with a name and readings, even if these are null. */
function isSeries(value: JsonObject): boolean {
  let hasName = false;
  let hasReadings = false;
  for (const key in value) {
    const name = nameOf(key, SERIES);
    if (name === "name") hasName = true;
    else if (name === "records" || name === "v") hasReadings = true;
  }
  return hasName && hasReadings;
}

/** Returns the fields without those from which series were read. */
function withoutSeries(
  extra: ObjectFields["extra"],
  found: readonly FoundSeries[],
): ObjectFields["extra"] {
  const read = new Set(found.map(({ field }) => field));
  const isSeries = read.has(undefined);
  const others: Record<string, JsonValue> = {};
  for (const key in extra) {
    const isRead = read.has(key) || (isSeries && nameOf(key, SERIES) !== undefined);
    if (!isRead) setField(others, key, extra[key] as JsonValue);
  }
  return others;
}

function readSeries({ raw, path }: FoundSeries, rejected: RejectedRecord[]): Series | undefined {
  const values = isJsonObject(raw) ? gather(raw, SERIES).values : [];
  const [name, type, dt, list, , , d] = values;
  if (!isName(name)) {
    rejected.push({ path: `${path}.name`, reason: "expected a string that is not empty" });
    return undefined;
  }
  const records: SeriesRecord[] = [];
  const isList = Array.isArray(list);
  for (const [index, record] of (isList ? list : [raw]).entries()) {
    const read = readRecord(record, dt, d);
    if (typeof read !== "string") records.push(read);
    else rejected.push({ path: isList ? `${path}.records[${index}]` : path, reason: read });
  }
  return typeof type === "string" ? { name, paramType: type, records } : { name, records };
}

function isName(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}

/**
 * Decodes a record, or returns the reason why it cannot be. `dt` and `d` are those of the series,
 * for a record without its own.
 */
function readRecord(
  raw: JsonValue,
  seriesDt: JsonValue | undefined,
  seriesD: JsonValue | undefined,
): SeriesRecord | string {
  if (!isJsonObject(raw)) return "expected an object";
  const [, , dt = seriesDt, , t, v, d = seriesD] = gather(raw, SERIES).values;
  const atMs = parseTimeMs(t);
  if (atMs === undefined) return "t: expected epoch seconds up to the year 9999";
  const typed = coerceValue(v, dt);
  if (typed === undefined) {
    if (v === undefined) return "v: is missing";
    return `v: cannot be stored as ${dt === undefined ? "a value" : describeValue(dt)}`;
  }
  const { dataType, value } = typed;
  const ttlDays = typeof d === "object" ? Number.NaN : Number(d);
  return ttlDays > 0 && ttlDays <= MAX_TTL_DAYS
    ? { atMs, dataType, value, ttlDays }
    : { atMs, dataType, value };
}
