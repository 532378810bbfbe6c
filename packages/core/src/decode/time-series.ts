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
/** Days to live that are believed: `d` is 16 bits in the firmware. */
const MAX_TTL_DAYS = 65_535;
const CONTAINERS = new Set(["tsdata", "simpletsdata", "payload", "data", "messagebody"]);
/** Containers in one another that are looked into. */
const MAX_CONTAINERS = 4;

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

/** The series in a value and in all containers in it; `undefined` when there is nothing that could hold any. */
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

/** True for an object with a name and with readings, even if these are null. */
function isSeries(value: JsonObject): boolean {
  const fields = new Set(Object.keys(value).map((key) => SERIES.get(caseless(key))));
  return fields.has("name") && (fields.has("records") || fields.has("v"));
}

/** What is left of some fields without those that series were read from. */
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

/** A record, or why it is not one. What a record does not say itself (`dt`, `d`) holds from its series. */
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
    return `v: ${describeValue(known["v"])} cannot be kept as ${declared === undefined ? "a value" : describeValue(declared)}`;
  }
  const ttlDays = Number(known["d"] ?? series["d"]);
  return { atMs, ...typed, ...(ttlDays > 0 && ttlDays <= MAX_TTL_DAYS ? { ttlDays } : {}) };
}
