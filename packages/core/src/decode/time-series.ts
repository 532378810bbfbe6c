import * as v from "valibot";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { coerceValue, type DataType } from "./series-value.ts";
import { caseless, fieldNames, gather, id, packedJson } from "./shape.ts";
import { parseTimeMs } from "./time.ts";

/** One reading of a series. */
export interface SeriesRecord {
  readonly atMs: number;
  readonly dataType: DataType;
  readonly value: JsonValue;
  /** Days after which the node wants the reading forgotten (`d` of simple time series). */
  readonly ttlDays?: number;
}

/** The readings of one parameter. */
export interface Series {
  /** `<device>.<param>` as the node named it; some tools leave the device out. */
  readonly name: string;
  /** The parameter's type, such as `esp.param.temperature`. */
  readonly paramType?: string;
  readonly records: readonly SeriesRecord[];
}

/** A reading that could not be read, where it stood and why. */
export interface RejectedRecord {
  readonly path: string;
  readonly reason: string;
}

/** What a `node_ts_data` event carries. */
export interface TimeSeriesData {
  readonly userId?: string | undefined;
  readonly nodeId: string;
  readonly series: readonly Series[];
  /** Readings that are left out of `series`. The good ones beside them are not held up. */
  readonly rejected: readonly RejectedRecord[];
  readonly extra: Readonly<Record<string, JsonValue>>;
}

const NODE = fieldNames(["nodeId", "userId"]);
const SERIES = fieldNames(["name", "type", "dt", "records", "t", "v", "d"], {
  dt: ["dataType"],
  t: ["ts", "timestamp"],
  v: ["val", "value"],
});
/** Where a body may be packed: no public sample of the event exists, so every plausible name is tried. */
const CONTAINERS = new Set(["tsdata", "simpletsdata", "payload", "data", "messagebody"]);
const DEEPEST_CONTAINER = 4;

/**
 * Data of `node_ts_data`: the body of either MQTT topic (`tsdata`: a list of series with records; `simple_tsdata`:
 * one series with one reading), in the event's data itself or packed in one of its fields.
 */
export const timeSeriesData = v.pipe(
  v.custom<JsonObject>(isJsonObject, "expected an object"),
  v.rawTransform<JsonObject, TimeSeriesData>(({ dataset, addIssue, NEVER }) => {
    const { known, extra } = gather(dataset.value, NODE);
    if (!v.is(id, known["nodeId"])) {
      addIssue({ message: "nodeId: expected a string that is not empty" });
      return NEVER;
    }
    const found = findSeries(extra, "data", DEEPEST_CONTAINER);
    if (found === undefined) {
      addIssue({ message: "no time series found: expected ts_data, or name, t and v" });
      return NEVER;
    }
    const rejected: RejectedRecord[] = [];
    const series = found.flatMap(({ raw, path }) => readSeries(raw, path, rejected));
    return {
      nodeId: known["nodeId"],
      ...(typeof known["userId"] === "string" ? { userId: known["userId"] } : {}),
      series,
      rejected,
      extra: withoutSeries(extra),
    };
  }),
);

interface FoundSeries {
  readonly raw: JsonValue;
  readonly path: string;
}

function findSeries(value: JsonValue, path: string, depth: number): FoundSeries[] | undefined {
  const plain = v.parse(packedJson, value);
  if (Array.isArray(plain)) return plain.map((raw, index) => ({ raw, path: `${path}[${index}]` }));
  if (!isJsonObject(plain)) return undefined;
  const { known } = gather(plain, SERIES);
  if ("name" in known && ("records" in known || "v" in known)) return [{ raw: plain, path }];
  if (depth === 0) return undefined;
  for (const [key, inner] of Object.entries(plain)) {
    if (!CONTAINERS.has(caseless(key))) continue;
    const found = findSeries(inner, `${path}.${key}`, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withoutSeries(extra: Readonly<Record<string, JsonValue>>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(extra).filter(([key]) => !CONTAINERS.has(caseless(key)) && !SERIES.has(caseless(key))),
  );
}

function readSeries(raw: JsonValue, path: string, rejected: RejectedRecord[]): Series[] {
  const known = isJsonObject(raw) ? gather(raw, SERIES).known : {};
  const { name, type } = known;
  if (!v.is(id, name)) {
    rejected.push({ path: `${path}.name`, reason: "expected a string that is not empty" });
    return [];
  }
  const records: SeriesRecord[] = [];
  const list = Array.isArray(known["records"])
    ? known["records"].map((record, index) => ({ record, path: `${path}.records[${index}]` }))
    : [{ record: raw, path }];
  for (const one of list) {
    const read = readRecord(one.record, known);
    if (typeof read === "string") rejected.push({ path: one.path, reason: read });
    else records.push(read);
  }
  return [{ name, ...(typeof type === "string" ? { paramType: type } : {}), records }];
}

/** A record, or why it is none. What a record does not say itself (`dt`, `d`) holds from its series. */
function readRecord(raw: JsonValue, series: Readonly<Record<string, JsonValue>>): SeriesRecord | string {
  if (!isJsonObject(raw)) return "expected an object";
  const { known } = gather(raw, SERIES);
  const atMs = parseTimeMs(known["t"]);
  if (atMs === undefined) return `t: expected epoch seconds, got ${JSON.stringify(known["t"])}`;
  const typed = coerceValue(known["v"], known["dt"] ?? series["dt"]);
  if (typed === undefined) {
    return `v: ${JSON.stringify(known["v"])} is no ${String(known["dt"] ?? series["dt"] ?? "value")}`;
  }
  const ttlDays = Number(known["d"] ?? series["d"]);
  return { atMs, ...typed, ...(ttlDays > 0 && Number.isFinite(ttlDays) ? { ttlDays } : {}) };
}
