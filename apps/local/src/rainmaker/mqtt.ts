import { createServer } from "node:net";
import { isJsonObject, type JsonValue, messageOf, tryParseJson } from "@rainhooks/core";
import { Aedes } from "aedes";
import { listen } from "../listen.ts";
import { map } from "./mapping.ts";
import type { LocalRainmaker } from "./rainmaker.ts";

/** What a node says on one of its topics. */
type TopicHandler = (rainmaker: LocalRainmaker, nodeId: string, payload: JsonValue) => Promise<void>;

const params: TopicHandler = async (rainmaker, nodeId, payload) => {
  if (isJsonObject(payload)) await rainmaker.changeParams(nodeId, payload);
};

const timeSeries: TopicHandler = (rainmaker, nodeId, payload) =>
  rainmaker.emitOfNode("rmaker.event.node_ts_data", nodeId, { payload: JSON.stringify(payload) });

/** The topics behind `node/<node id>/`, each with its basic-ingest form `$aws/rules/<rule>/node/<node id>/`. */
const TOPICS: Readonly<Record<string, TopicHandler>> = {
  "params/local": params,
  "params/local/init": params,
  alert: (rainmaker, nodeId, payload) =>
    rainmaker.emitOfNode("rmaker.event.alert", nodeId, { message_body: JSON.stringify(payload) }),
  config: async (rainmaker, nodeId, payload) => {
    rainmaker.node(nodeId).config = payload;
    await rainmaker.emitOfNode("rmaker.event.node_config_changed", nodeId, { config: payload });
    await rainmaker.save();
  },
  tsdata: timeSeries,
  simple_tsdata: timeSeries,
  otastatus: (rainmaker, nodeId, payload) =>
    rainmaker.emitOfNode("rmaker.event.user_node_ota", nodeId, isJsonObject(payload) ? payload : {}),
  "user/mapping": async (rainmaker, nodeId, payload) => {
    const { user_id: userId, secret_key: secret } = isJsonObject(payload) ? payload : {};
    if (typeof userId === "string" && typeof secret === "string") {
      await map(rainmaker, nodeId, "mappingFromNode", { userId, secret });
    }
  },
};

const NODE_TOPIC = /^(?:\$aws\/rules\/[^/]+\/)?node\/([^/]+)\/(.+)$/;
/** A broker that nodes connect to. */
export interface MqttFront {
  readonly url: string;
  /** Resolves when RainMaker has told of the next connect or disconnect of a node. */
  nextConnection(nodeId: string): Promise<void>;
  /** From now on, connections that end are no events: the broker is about to stop. */
  beQuiet(): void;
  stop(): Promise<void>;
}

/**
 * Starts the broker. A node is any MQTT client whose client id is its node id; it may publish on its own topics only.
 * Connecting and disconnecting, cleanly or not, are events.
 */
export async function startMqtt(
  rainmaker: LocalRainmaker,
  port: number,
  onProblem: (text: string) => void,
): Promise<MqttFront> {
  const broker = await Aedes.createBroker();
  const waiting = new Map<string, () => void>();
  let stopping = false;
  const whenDone = (work: Promise<void>, what: string) => {
    work.catch((error: unknown) => onProblem(`${what}: ${messageOf(error)}`));
  };
  const connection = (nodeId: string, connected: boolean) => {
    const type = connected ? "rmaker.event.node_connected" : "rmaker.event.node_disconnected";
    const connectivity = { connected, timestamp: rainmaker.nowMs() };
    const told = rainmaker.emitOfNode(type, nodeId, { connectivity });
    whenDone(
      told.finally(() => waiting.get(nodeId)?.()),
      `node ${nodeId}`,
    );
  };
  broker.authorizePublish = (client, packet, done) => {
    const nodeId = NODE_TOPIC.exec(packet.topic)?.[1];
    done(
      client !== null && nodeId !== client.id ? new Error("A node publishes on its own topics only.") : null,
    );
  };
  broker.on("clientReady", ({ id }) => connection(id, true));
  broker.on("clientDisconnect", ({ id }) => {
    if (!stopping) connection(id, false);
  });
  broker.on("publish", ({ topic, payload }, client) => {
    const [, nodeId, suffix = ""] = NODE_TOPIC.exec(topic) ?? [];
    if (client === null || nodeId === undefined) return;
    const handler = TOPICS[suffix] ?? (suffix.startsWith("params/local/") ? params : undefined);
    const content = tryParseJson(payload.toString());
    if (handler === undefined || content === undefined)
      onProblem(`node ${nodeId} sent something else on ${topic}`);
    else whenDone(handler(rainmaker, nodeId, content), `node ${nodeId}`);
  });
  const server = createServer(broker.handle);
  return {
    url: `mqtt://${await listen(server, port, "--mqtt-port")}`,
    nextConnection: (nodeId) =>
      new Promise((resolve) => {
        waiting.set(nodeId, () => {
          waiting.delete(nodeId);
          resolve();
        });
      }),
    beQuiet: () => {
      stopping = true;
    },
    stop: async () => {
      stopping = true;
      await new Promise<void>((resolve) => {
        broker.close(() => resolve());
      });
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
