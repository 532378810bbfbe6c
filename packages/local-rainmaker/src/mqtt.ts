import { createServer } from "node:net";
import { isJsonObject, type JsonValue, MAX_JSON_DEPTH, messageOf, parseJson } from "@rainhooks/core";
import { listen } from "@rainhooks/local-aws";
import { Aedes, type Client } from "aedes";
import { map } from "./mapping.ts";
import { boundPackets, MAX_PACKET_BYTES } from "./packet-guard.ts";
import type { LocalRainmaker } from "./rainmaker.ts";

/** Handles the messages of a topic. */
type TopicHandler = (rainmaker: LocalRainmaker, nodeId: string, payload: JsonValue) => Promise<void>;

const params: TopicHandler = async (rainmaker, nodeId, payload) => {
  if (isJsonObject(payload)) await rainmaker.changeParams(nodeId, payload);
};

const timeSeries: TopicHandler = (rainmaker, nodeId, payload) =>
  rainmaker.emitOfNode("rmaker.event.node_ts_data", nodeId, { payload: JSON.stringify(payload) });

/** The topics after `node/<node id>/`, each also with its basic-ingest form `$aws/rules/<rule>/node/<node id>/`. */
const TOPICS: ReadonlyMap<string, TopicHandler> = new Map(
  Object.entries<TopicHandler>({
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
  }),
);

/** Converts a synchronous exception to a rejected promise. */
async function callLater(work: () => Promise<void>): Promise<void> {
  await work();
}

/** A client that says goodbye sends a packet for it, after which aedes notes it. */
function reasonOf(client: Client): string {
  return Reflect.get(client, "_disconnected") === true ? "CLIENT_INITIATED_DISCONNECT" : "CONNECTION_LOST";
}

const NODE_TOPIC = /^(?:\$aws\/rules\/[^/]+\/)?node\/([^/]+)\/(.+)$/;
/** An MQTT broker for nodes. */
export interface MqttFront {
  readonly url: string;
  /** Resolves when RainMaker has published the next connect or disconnect of a node. */
  nextConnection(nodeId: string): Promise<void>;
  /** From now on, disconnects are not published: the broker is about to stop. */
  beQuiet(): void;
  stop(): Promise<void>;
}

/**
 * Starts the broker. A node is any MQTT client whose client id is its node id; it may publish only on its own topics.
 * Connecting and disconnecting, cleanly or not, are events.
 */
export async function startMqtt(
  rainmaker: LocalRainmaker,
  port: number,
  onProblem: (text: string) => void,
  disconnectReasons = false,
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
    const published = rainmaker.emitOfNode(type, nodeId, { connectivity });
    whenDone(
      published.finally(() => waiting.get(nodeId)?.()),
      `node ${nodeId}`,
    );
  };
  broker.preConnect = (_, packet, done) => {
    const named = (packet.clientId ?? "") !== "";
    if (!named) onProblem("MQTT: refused a client without an id. Use the node id as the client id.");
    done(null, named);
  };
  broker.authorizePublish = (client, packet, done) => {
    const own = client === null || NODE_TOPIC.exec(packet.topic)?.[1] === client.id;
    if (own) return done(null);
    onProblem(
      `MQTT: refused a message of node ${client.id} on ${packet.topic}. A node may only use its own topics.`,
    );
    done(new Error("A node may only publish on its own topics."));
  };
  broker.authorizeSubscribe = (client, subscription, done) => {
    const { topic } = subscription;
    const own =
      client !== null && NODE_TOPIC.exec(topic)?.[1] === client.id && !/^[#+]|\/[#+]$/.test(client.id);
    if (own) return done(null, subscription);
    onProblem(
      `MQTT: refused a subscription of node ${client?.id} to ${topic}. A node may only use its own topics.`,
    );
    // With null, aedes refuses the subscription; the client stays connected.
    done(null, null);
  };
  broker.on("clientError", ({ id }, error) => onProblem(`MQTT: node ${id}: ${error.message}`));
  broker.on("connectionError", (_, error) => onProblem(`MQTT: refused a connection: ${error.message}`));
  broker.on("clientReady", ({ id }) => connection(id, true));
  const timedOut = new WeakSet<Client>();
  broker.on("keepaliveTimeout", (client) => timedOut.add(client));
  broker.on("clientDisconnect", (client) => {
    if (stopping) return;
    connection(client.id, false);
    if (!disconnectReasons) return;
    const reason = timedOut.has(client) ? "MQTT_KEEP_ALIVE_TIMEOUT" : reasonOf(client);
    whenDone(rainmaker.emitSessionEnd(client.id, reason), `node ${client.id}`);
  });
  broker.on("publish", ({ topic, payload }, client) => {
    const [, nodeId, suffix = ""] = NODE_TOPIC.exec(topic) ?? [];
    if (client === null || nodeId === undefined) return;
    const handler = TOPICS.get(suffix) ?? (suffix.startsWith("params/local/") ? params : undefined);
    const parsed = parseJson(payload.toString());
    const ignored = (reason: string) => onProblem(`Ignored a message of ${nodeId} on ${topic}: ${reason}.`);
    if (handler === undefined) ignored("there is no such topic");
    else if (parsed.ok)
      whenDone(
        callLater(() => handler(rainmaker, nodeId, parsed.value)),
        `node ${nodeId}`,
      );
    else
      ignored(
        parsed.reason === "not-json" ? "it is not JSON" : `it is nested deeper than ${MAX_JSON_DEPTH} levels`,
      );
  });
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    boundPackets(socket, () =>
      onProblem(`MQTT: closed a connection after a packet with more than ${MAX_PACKET_BYTES} bytes.`),
    );
    broker.handle(socket);
  });
  const address = await listen(server, port, "--mqtt-port").catch(async (error: unknown) => {
    // A running broker keeps the process alive.
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    throw error;
  });
  return {
    url: `mqtt://${address}`,
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
