import { isDeepStrictEqual } from "node:util";
import { SECOND_MS } from "@rainhooks/core/durations";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";
import type { LocalIot } from "@rainhooks/local/rainmaker/iot/local-iot";
import type { BrokeredCloud, ClientMessage } from "@rainhooks/local/rainmaker/mqtt";
import { READINGS_TEMPLATE } from "../iot-rules.ts";
import { Shadows } from "./shadows.ts";

/** Topics of a node's shadows: its id, the name of the shadow, and what after it. */
const SHADOW = /^\$aws\/things\/([^/]+)\/shadow\/name\/([^/]+)\/(.+)$/;
/** Topics of a node, also in their basic-ingest form. */
const NODE = /^(?:\$aws\/rules\/[^/]+\/)?rainmaker\/nodes\/([^/]+)\/(.+)$/;
/** An app: it may use the topics of every node, and its presence is none of a node. */
const APP = /^user:/;

/** What a Neo on this machine works with. */
interface NeoCloudDependencies {
  readonly iot: LocalIot;
  readonly readings: ReadingsTable;
  /**
   * Sends a message to the queue of the function that reads shadows and readings, as the pipe does.
   */
  readonly toQueue: (message: JsonValue) => Promise<void>;
}

/**
 * Returns what RainMaker Neo does with the messages of nodes, as far as events follow from it:
 * shadows, and the table of readings. What nodes say on `notify` and `to_cloud` is taken, and
 * nothing follows. Source: espressif/esp-rainmaker-neo, docs/api/MQTT_Node.yaml.
 */
export function neoCloud({ iot, readings, toQueue }: NeoCloudDependencies): BrokeredCloud {
  const shadows = new Shadows(() => iot.nowMs());
  const useShadow = async ([, nodeId, name, action]: readonly string[], message: ClientMessage) => {
    const key = `${nodeId}/${name}`;
    const prefix = `$aws/things/${nodeId}/shadow/name/${name}`;
    const results = action === "get" ? shadows.get(key) : shadows.update(key, message.payload);
    for (const [suffix, payload] of results) {
      message.publish(`${prefix}/${suffix}`, payload);
      await iot.run(`${prefix}/${suffix}`, payload);
    }
  };
  const write = async (nodeId: string, payload: JsonValue) => {
    for (const record of readings.write(nodeId, payload)) await toQueue(record);
  };
  return {
    mayUse: (clientId, topic) => {
      const nodeId = SHADOW.exec(topic)?.[1] ?? NODE.exec(topic)?.[1];
      return nodeId !== undefined && (nodeId === clientId || APP.test(clientId));
    },
    connected: (clientId) => iot.connected(clientId),
    disconnected: (clientId, reason) => iot.disconnected(clientId, reason),
    take: (message) => {
      const shadow = SHADOW.exec(message.topic);
      if (shadow !== null)
        return shadow[3] === "update" || shadow[3] === "get"
          ? useShadow(shadow, message)
          : undefined;
      const [, nodeId = "", suffix = ""] = NODE.exec(message.topic) ?? [];
      if (/^ts\/[^/]+(\/batch)?$/.test(suffix)) return write(nodeId, message.payload);
      return /^(to_cloud$|notify\/)/.test(suffix) ? Promise.resolve() : undefined;
    },
  };
}

/**
 * Neo's table of readings, in memory, as a pipe shows it: the rows that its rules write, and what
 * the pipe sends of the record of each change. Sources: espressif/esp-rainmaker-neo,
 * docs/en/specs/timeseries.md; Amazon DynamoDB Streams API reference, "Record".
 */
export class ReadingsTable {
  readonly #rows = new Map<string, JsonObject>();
  readonly #nowMs: () => number;
  #written = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Writes the readings of a message, and returns what the pipe sends. One is its own message; a
   * batch has several in `data`.
   */
  write(nodeId: string, payload: JsonValue): JsonObject[] {
    const { data = [payload] } = isJsonObject(payload) ? payload : {};
    return (Array.isArray(data) ? data : [])
      .filter(isJsonObject)
      .flatMap((one) => this.#put(nodeId, one));
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
      sent({
        eventID: String(this.#written),
        dynamodb: { ApproximateCreationDateTime, NewImage, OldImage },
      }),
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
    Object.entries(row).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typed(value)]],
    ),
  );
}

function typed(value: JsonValue): JsonObject {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  return Array.isArray(value) ? { L: value.map(typed) } : { M: imageOf(value) };
}
