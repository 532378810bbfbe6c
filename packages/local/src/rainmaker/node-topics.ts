import { isJsonObject, type JsonValue } from "@rainhooks/core/json";
import type { LocalIot } from "./iot/local-iot.ts";
import type { BrokeredCloud } from "./mqtt.ts";
import type { LocalRainmaker } from "./rainmaker.ts";

/** Handles the messages of a topic. */
type TopicHandler = (
  rainmaker: LocalRainmaker,
  nodeId: string,
  payload: JsonValue,
) => Promise<void>;

const params: TopicHandler = async (rainmaker, nodeId, payload) => {
  if (isJsonObject(payload)) await rainmaker.changeParams(nodeId, payload);
};

const timeSeries: TopicHandler = (rainmaker, nodeId, payload) =>
  rainmaker.emitOfNode("rmaker.event.node_ts_data", nodeId, { payload: JSON.stringify(payload) });

/**
 * The topics after `node/<node id>/`, each also with its basic-ingest form
 * `$aws/rules/<rule>/node/<node id>/`.
 */
const TOPICS: ReadonlyMap<string, TopicHandler> = new Map(
  Object.entries<TopicHandler>({
    "params/local": params,
    "params/local/init": params,
    alert: (rainmaker, nodeId, payload) =>
      rainmaker.emitOfNode("rmaker.event.alert", nodeId, { message_body: JSON.stringify(payload) }),
    config: (rainmaker, nodeId, payload) =>
      rainmaker.emitOfNode("rmaker.event.node_config_changed", nodeId, { config: payload }),
    tsdata: timeSeries,
    simple_tsdata: timeSeries,
    otastatus: (rainmaker, nodeId, payload) =>
      rainmaker.emitOfNode(
        "rmaker.event.user_node_ota",
        nodeId,
        isJsonObject(payload) ? payload : {},
      ),
  }),
);

const NODE_TOPIC = /^(?:\$aws\/rules\/[^/]+\/)?node\/([^/]+)\/(.+)$/;

/**
 * Returns the handlers of RainMaker for messages of nodes.
 *
 * @param iot AWS IoT, of a RainMaker whose owner asks it why nodes disconnect.
 */
export function classicCloud(rainmaker: LocalRainmaker, iot: LocalIot | undefined): BrokeredCloud {
  const emitConnection = (nodeId: string, connected: boolean) => {
    const type = connected ? "rmaker.event.node_connected" : "rmaker.event.node_disconnected";
    const connectivity = { connected, timestamp: rainmaker.nowMs() };
    return rainmaker.emitOfNode(type, nodeId, { connectivity });
  };
  return {
    mayUse: (clientId, topic) => NODE_TOPIC.exec(topic)?.[1] === clientId,
    connected: async (nodeId) => {
      const published = emitConnection(nodeId, true);
      await iot?.connected(nodeId);
      await published;
    },
    disconnected: async (nodeId, reason) => {
      const published = emitConnection(nodeId, false);
      await iot?.disconnected(nodeId, reason);
      await published;
    },
    take: ({ topic, payload }) => {
      const [, nodeId = "", suffix = ""] = NODE_TOPIC.exec(topic) ?? [];
      const handler =
        TOPICS.get(suffix) ?? (suffix.startsWith("params/local/") ? params : undefined);
      return handler?.(rainmaker, nodeId, payload);
    },
  };
}
