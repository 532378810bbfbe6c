import { isJsonObject, type JsonObject, type JsonValue, SECOND_MS } from "@rainhooks/core";

/**
 * Neo's table of readings, in memory, as its stream shows it: the rows that its rules write, and a record for each write.
 * Sources: espressif/esp-rainmaker-neo, docs/en/specs/timeseries.md; Amazon DynamoDB Streams API reference, "Record".
 */
export class ReadingsTable {
  readonly #rows = new Map<string, JsonObject>();
  readonly #nowMs: () => number;
  #written = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Writes the readings of a message, and returns their records. One is its own message; a batch has several in `data`. */
  write(nodeId: string, payload: JsonValue): JsonObject[] {
    const { data = [payload] } = isJsonObject(payload) ? payload : {};
    return (Array.isArray(data) ? data : []).filter(isJsonObject).map((one) => this.#put(nodeId, one));
  }

  #put(nodeId: string, { k: key, dt, tz, t: ts, v: value, cumulative }: JsonObject): JsonObject {
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
    this.#rows.set(id, NewImage);
    this.#written += 1;
    return {
      eventID: String(this.#written),
      eventName: OldImage === undefined ? "INSERT" : "MODIFY",
      eventSource: "aws:dynamodb",
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.#nowMs() / SECOND_MS),
        NewImage,
        ...(OldImage === undefined ? {} : { OldImage }),
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
    };
  }
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
