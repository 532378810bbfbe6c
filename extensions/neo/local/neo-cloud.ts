import type { JsonValue } from "@rainhooks/core/json";
import type { LocalIot } from "@rainhooks/local/rainmaker/iot/local-iot";
import type { BrokeredCloud, ClientMessage } from "@rainhooks/local/rainmaker/mqtt";
import type { ReadingsTable } from "./readings-table.ts";
import { Shadows } from "./shadows.ts";

/** Topics of a node's shadows: its id, the name of the shadow, and what after it. */
const SHADOW = /^\$aws\/things\/([^/]+)\/shadow\/name\/([^/]+)\/(.+)$/;
/** Topics of a node, also in their basic-ingest form. */
const NODE = /^(?:\$aws\/rules\/[^/]+\/)?rainmaker\/nodes\/([^/]+)\/(.+)$/;
/** An app: it may use the topics of every node, and its presence is none of a node. */
const APP = /^user:/;

/** What a Neo on this machine works with. */
export interface NeoCloudDependencies {
  readonly iot: LocalIot;
  readonly readings: ReadingsTable;
  /** Sends a message to the queue of the function that reads shadows and readings, as the pipe does. */
  readonly toQueue: (message: JsonValue) => Promise<void>;
}

/**
 * Returns what RainMaker Neo does with the messages of nodes, as far as events follow from it: shadows, and
 * the table of readings. What nodes say on `notify` and `to_cloud` is taken, and nothing follows. Source:
 * espressif/esp-rainmaker-neo, docs/api/MQTT_Node.yaml.
 */
export function neoCloud({ iot, readings, toQueue }: NeoCloudDependencies): BrokeredCloud {
  const shadows = new Shadows(() => iot.nowMs());
  const useShadow = async ([, nodeId, name, action]: readonly string[], message: ClientMessage) => {
    const key = `${nodeId}/${name}`;
    const prefix = `$aws/things/${nodeId}/shadow/name/${name}`;
    const answers = action === "get" ? shadows.get(key) : shadows.update(key, message.payload);
    for (const [suffix, payload] of answers) {
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
        return shadow[3] === "update" || shadow[3] === "get" ? useShadow(shadow, message) : undefined;
      const [, nodeId = "", suffix = ""] = NODE.exec(message.topic) ?? [];
      if (/^ts\/[^/]+(\/batch)?$/.test(suffix)) return write(nodeId, message.payload);
      return /^(to_cloud$|notify\/)/.test(suffix) ? Promise.resolve() : undefined;
    },
  };
}
