import { createServer, type Socket } from "node:net";
import { messageOf } from "@rainhooks/core/errors";
import { type JsonValue, MAX_JSON_DEPTH, parseJson } from "@rainhooks/core/json";
import { Aedes, type Client } from "aedes";
import { listen } from "../aws/local-server.ts";

/**
 * What is behind the broker: a cloud that knows which topics a client may use, and does something
 * with what it gets.
 */
export interface BrokeredCloud {
  mayUse(clientId: string, topic: string): boolean;
  /** A client has connected. */
  connected(clientId: string): Promise<void>;
  /** The session of a client has ended, for a reason in AWS IoT's words. */
  disconnected(clientId: string, reason: string): Promise<void>;
  /** Handles a message; `undefined` if there is no such topic. */
  take(message: ClientMessage): Promise<void> | undefined;
}

/** A message of a client. */
export interface ClientMessage {
  readonly clientId: string;
  readonly topic: string;
  readonly payload: JsonValue;
  /** Publishes on a topic, for its subscribers. */
  readonly publish: (topic: string, payload: JsonValue) => void;
}

/** An MQTT broker for nodes. */
export interface MqttFront {
  readonly url: string;
  /** Resolves when the next connect or disconnect of a node is published. */
  nextConnection(nodeId: string): Promise<void>;
  /**
   * From now on, disconnects are not published, or those of one client are not: the broker is about
   * to stop.
   */
  hideDisconnects(clientId?: string): void;
  stop(): Promise<void>;
}

/** A client that says goodbye sends a packet for it, after which aedes notes it. */
function reasonOf(client: Client): string {
  return Reflect.get(client, "_disconnected") === true
    ? "CLIENT_INITIATED_DISCONNECT"
    : "CONNECTION_LOST";
}

/**
 * Starts the broker. A node is any MQTT client whose client id is its node id; it may publish only
 * on its own topics. Connecting and disconnecting, cleanly or not, are events.
 */
export async function startMqtt(
  cloud: BrokeredCloud,
  port: number,
  onProblem: (text: string) => void,
): Promise<MqttFront> {
  const broker = await Aedes.createBroker();
  const waiting = new Map<string, () => void>();
  let stopping = false;
  const quiet = new Set<string>();
  const whenDone = (work: Promise<void>, clientId: string) => {
    work.catch((error: unknown) => onProblem(`node ${clientId}: ${messageOf(error)}`));
  };
  const connection = (clientId: string, work: Promise<void>) =>
    whenDone(
      work.finally(() => waiting.get(clientId)?.()),
      clientId,
    );
  const publish = (topic: string, payload: JsonValue) =>
    broker.publish(
      {
        cmd: "publish",
        topic,
        payload: JSON.stringify(payload),
        qos: 1,
        dup: false,
        retain: false,
      },
      (error) => {
        if (error) onProblem(`MQTT: ${error.message}`);
      },
    );
  const live = new Map<string, Client>();
  /** Why a session ends, if it was replaced or has timed out. */
  const reasons = new WeakMap<Client, string>();
  broker.preConnect = (_, { clientId = "" }, done) => {
    if (clientId === "")
      onProblem("MQTT: refused a client without an id. Use the node id as the client id.");
    const before = live.get(clientId);
    if (before !== undefined) reasons.set(before, "DUPLICATE_CLIENTID");
    done(null, clientId !== "");
  };
  broker.authorizePublish = (client, { topic }, done) => {
    if (client === null || cloud.mayUse(client.id, topic)) return done(null);
    onProblem(
      `MQTT: refused a message of node ${client.id} on ${topic}. A node may only use its own topics.`,
    );
    done(new Error("A node may only publish on its own topics."));
  };
  broker.authorizeSubscribe = (client, subscription, done) => {
    const { topic } = subscription;
    if (client !== null && cloud.mayUse(client.id, topic) && !/^[#+]|\/[#+]$/.test(client.id))
      return done(null, subscription);
    onProblem(
      `MQTT: refused a subscription of node ${client?.id} to ${topic}. A node may only use its own topics.`,
    );
    // With null, aedes refuses the subscription; the client stays connected.
    done(null, null);
  };
  broker.on("clientError", ({ id }, error) => onProblem(`MQTT: node ${id}: ${error.message}`));
  broker.on("connectionError", (_, error) =>
    onProblem(`MQTT: refused a connection: ${error.message}`),
  );
  broker.on("clientReady", (client) => {
    live.set(client.id, client);
    connection(client.id, cloud.connected(client.id));
  });
  broker.on("keepaliveTimeout", (client) => {
    if (!reasons.has(client)) reasons.set(client, "MQTT_KEEP_ALIVE_TIMEOUT");
  });
  broker.on("clientDisconnect", (client) => {
    if (live.get(client.id) === client) live.delete(client.id);
    if (stopping || quiet.has(client.id)) return;
    connection(client.id, cloud.disconnected(client.id, reasons.get(client) ?? reasonOf(client)));
  });
  broker.on("publish", ({ topic, payload }, client) => {
    if (client === null) return;
    const clientId = client.id;
    const ignored = (reason: string) =>
      onProblem(`Ignored a message of ${clientId} on ${topic}: ${reason}.`);
    const parsed = parseJson(payload.toString());
    if (!parsed.ok)
      return ignored(
        parsed.reason === "not-json"
          ? "it is not JSON"
          : `it is nested deeper than ${MAX_JSON_DEPTH} levels`,
      );
    const handle = async () => {
      const work = cloud.take({ clientId, topic, payload: parsed.value, publish });
      if (work === undefined) ignored("there is no such topic");
      await work;
    };
    whenDone(handle(), clientId);
  });
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    boundPackets(socket, () =>
      onProblem(
        `MQTT: closed a connection after a packet with more than ${MAX_PACKET_BYTES} bytes.`,
      ),
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
    hideDisconnects: (clientId) => {
      if (clientId === undefined) stopping = true;
      else quiet.add(clientId);
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

/**
 * Maximum bytes of a packet: larger ones end the connection. RainMaker's nodes send a few
 * kilobytes.
 */
const MAX_PACKET_BYTES = 256 * 1024;

/** Maximum bytes of a packet length. Source: MQTT 3.1.1, section 2.2.3, "Remaining Length". */
const MAX_LENGTH_BYTES = 4;
const MORE = 0x80;

/**
 * Ends a connection when the header of a packet announces too many bytes, before the packet is
 * buffered.
 */
function boundPackets(socket: Socket, onTooLarge: () => void): void {
  /** Remaining bytes of the current packet; `undefined` while its header is read. */
  let remaining: number | undefined;
  let header: number[] = [];
  const take = (byte: number): void => {
    header.push(byte);
    const length = header.slice(1);
    if (length.length === 0 || ((length.at(-1) ?? 0) & MORE && length.length < MAX_LENGTH_BYTES))
      return;
    remaining = length.reduce((sum, one, index) => sum + (one & ~MORE) * 2 ** (7 * index), 0);
    header = [];
  };
  socket.on("data", (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (remaining === undefined) {
        take(chunk[at] ?? 0);
        at += 1;
      } else {
        const skipped = Math.min(remaining, chunk.length - at);
        at += skipped;
        remaining -= skipped;
      }
      if ((remaining ?? 0) > MAX_PACKET_BYTES) {
        onTooLarge();
        socket.destroy();
        return;
      }
      if (remaining === 0) remaining = undefined;
    }
  });
}
