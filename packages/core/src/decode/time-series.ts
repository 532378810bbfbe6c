import * as v from "valibot";
import { describeValue, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { coerceValue, type DataType } from "./series-value.ts";
import { caseless, describeIssue, fieldNames, gather, id, packedJson } from "./shape.ts";
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
/** Maximum plausible time to live in days: `d` has 16 bits in the firmware. */
const MAX_TTL_DAYS = 65_535;
/** Fields that may contain the body: no public sample of the event exists, so every plausible name is tried. */
const CONTAINERS = new Set(["tsdata", "simpletsdata", "payload", "data", "messagebody"]);
/** Maximum number of nested containers that are searched. */
const MAX_CONTAINERS = 4;

/**
 * Schema of the data of `node_ts_data`: the body of the MQTT topic `tsdata` (a list of series with records) or `simple_tsdata` (one
 * series with one reading). The body is in the event's data itself, or encoded in one of its fields.
 */
export const timeSeriesData = v.pipe(
  v.custom<JsonObject>(isJsonObject, "expected an object"),
  v.rawTransform<JsonObject, TimeSeriesData>(({ dataset, addIssue, NEVER }) => {
    const { known, extra } = gather(dataset.value, NODE);
    if (!v.is(id, known["nodeId"])) {
      addIssue({ message: "nodeId: expected a string that is not empty" });
      return NEVER;
    }
    const rejected: RejectedRecord[] = [];
    const found = findSeries(extra, "data", MAX_CONTAINERS, rejected);
    if (found === undefined) {
      const [first] = rejected;
      addIssue({
        message:
          first === undefined
            ? "no time series found: expected ts_data, or name, t and v"
            : `${first.path}: ${first.reason}`,
      });
      return NEVER;
    }
    const series = found.flatMap(({ raw, path }) => readSeries(raw, path, rejected));
    return {
      nodeId: known["nodeId"],
      ...(typeof known["userId"] === "string" ? { userId: known["userId"] } : {}),
      series,
      rejected,
      extra: withoutSeries(extra, found),
    };
  }),
);

interface FoundSeries {
  readonly raw: JsonValue;
  readonly path: string;
}

/** Finds the series in a value and in all containers in it; returns `undefined` when it has nothing that can contain series. */
function findSeries(
  value: JsonValue,
  path: string,
  depth: number,
  rejected: RejectedRecord[],
): FoundSeries[] | undefined {
  const unpacked = v.safeParse(packedJson, value);
  if (!unpacked.success) {
    rejected.push({ path, reason: describeIssue(unpacked.issues[0]) });
    return undefined;
  }
  const plain = unpacked.output;
  if (Array.isArray(plain)) return plain.map((raw, index) => ({ raw, path: `${path}[${index}]` }));
  if (!isJsonObject(plain)) return undefined;
  const own: FoundSeries[] = isSeries(plain) ? [{ raw: plain, path }] : [];
  const inner =
    depth === 0
      ? []
      : Object.entries(plain)
          .filter(([key]) => CONTAINERS.has(caseless(key)))
          .map(([key, held]) => findSeries(held, `${path}.${key}`, depth - 1, rejected));
  const found = [...own, ...inner.flatMap((some) => some ?? [])];
  return found.length > 0 || inner.some((some) => some !== undefined) ? found : undefined;
}

/** True for an object with a name and readings, even if these are null. */
function isSeries(value: JsonObject): boolean {
  const fields = new Set(Object.keys(value).map((key) => SERIES.get(caseless(key))));
  return fields.has("name") && (fields.has("records") || fields.has("v"));
}

/** Returns the fields without those from which series were read. */
function withoutSeries(
  extra: Readonly<Record<string, JsonValue>>,
  found: readonly FoundSeries[],
): Record<string, JsonValue> {
  const paths = found.map(({ path }) => path);
  const direct = paths.includes("data");
  return Object.fromEntries(
    Object.entries(extra).filter(([key]) => {
      if (CONTAINERS.has(caseless(key))) return !paths.some((path) => path.startsWith(`data.${key}`));
      return !(direct && SERIES.has(caseless(key)));
    }),
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

/** Decodes a record, or returns the reason why it cannot be. `dt` and `d` default to those of the series. */
function readRecord(raw: JsonValue, series: Readonly<Record<string, JsonValue>>): SeriesRecord | string {
  if (!isJsonObject(raw)) return "expected an object";
  const { known } = gather(raw, SERIES);
  const atMs = parseTimeMs(known["t"]);
  if (atMs === undefined)
    return `t: expected epoch seconds up to the year 9999, got ${describeValue(known["t"])}`;
  const declared = known["dt"] ?? series["dt"];
  const typed = coerceValue(known["v"], declared);
  if (typed === undefined) {
    if (known["v"] === undefined) return "v: is missing";
    return `v: ${describeValue(known["v"])} cannot be stored as ${declared === undefined ? "a value" : describeValue(declared)}`;
  }
  const ttlDays = Number(known["d"] ?? series["d"]);
  return { atMs, ...typed, ...(ttlDays > 0 && ttlDays <= MAX_TTL_DAYS ? { ttlDays } : {}) };
}
