import { isDeepStrictEqual } from "node:util";
import { SECOND_MS } from "@rainhooks/core/durations";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";
import { READINGS_TEMPLATE } from "../iot-rules.ts";

/**
 * Neo's table of readings, in memory, as a pipe shows it: the rows that its rules write, and what the pipe
 * sends of the record of each change. Sources: espressif/esp-rainmaker-neo, docs/en/specs/timeseries.md;
 * Amazon DynamoDB Streams API reference, "Record".
 */
export class ReadingsTable {
  readonly #rows = new Map<string, JsonObject>();
  readonly #nowMs: () => number;
  #written = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Writes the readings of a message, and returns what the pipe sends. One is its own message; a batch has
   * several in `data`.
   */
  write(nodeId: string, payload: JsonValue): JsonObject[] {
    const { data = [payload] } = isJsonObject(payload) ? payload : {};
    return (Array.isArray(data) ? data : []).filter(isJsonObject).flatMap((one) => this.#put(nodeId, one));
  }

  #put(nodeId: string, { k: key, dt, tz, t: ts, v: value, cumulative }: JsonObject): JsonObject[] {
    const row = {
      node_key_dt: `${nodeId}.${key}.${dt}`,
      ts,
      node_id: nodeId,
      key,
      dt,
      tz,
      value,
      cumulative,
    };
    const NewImage = imageOf(row);
    const id = `${row.node_key_dt} ${ts}`;
    const OldImage = this.#rows.get(id);
    if (isDeepStrictEqual(NewImage, OldImage)) return [];
    this.#rows.set(id, NewImage);
    this.#written += 1;
    const ApproximateCreationDateTime = Math.floor(this.#nowMs() / SECOND_MS);
    return [
      sent({ eventID: String(this.#written), dynamodb: { ApproximateCreationDateTime, NewImage, OldImage } }),
    ];
  }
}

/** Returns what a pipe sends of a record. */
function sent(record: object): JsonObject {
  const text = READINGS_TEMPLATE.replace(/<\$\.([\w.]+)>/g, (_, path: string) =>
    JSON.stringify(path.split(".").reduce<unknown>((value, name) => Object(value)[name], record)),
  );
  return JSON.parse(text) as JsonObject;
}

function imageOf(row: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (value === undefined ? [] : [[name, typed(value)]])),
  );
}

function typed(value: JsonValue): JsonObject {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  return Array.isArray(value) ? { L: value.map(typed) } : { M: imageOf(value) };
}
