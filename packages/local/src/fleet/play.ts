import type { JsonObject } from "@rainhooks/core/json";
import mqtt, { type MqttClient } from "mqtt";
import type { RunningBroker } from "../rainmaker/running-broker.ts";
import type { Act, People } from "./people.ts";
import type { UnreliableTopics } from "./unreliable-topics.ts";

/** Topics of the simulated nodes, without `node/<node id>/`. */
export type NodeTopic =
  | "params/local"
  | "params/local/init"
  | "alert"
  | "config"
  | "tsdata"
  | "simple_tsdata"
  | "otastatus";

/** An action of a node at a time (epoch milliseconds). */
export type NodeStep =
  | { readonly kind: "connect"; readonly atMs: number; readonly nodeId: string }
  /** `clean`: the node sends a DISCONNECT packet; otherwise its connection just ends. */
  | {
      readonly kind: "disconnect";
      readonly atMs: number;
      readonly nodeId: string;
      readonly clean: boolean;
    }
  | {
      readonly kind: "say";
      readonly atMs: number;
      readonly nodeId: string;
      readonly topic: NodeTopic;
      readonly payload: JsonObject;
    };

/** An action of a node or a person at a time (epoch milliseconds). */
export type Step = NodeStep | { readonly kind: "act"; readonly atMs: number; readonly act: Act };

/** When playing ends. */
export interface PlayEnd {
  /** No step is later, epoch milliseconds. */
  readonly endsAtMs: number;
  /** Messages that the topics need afterwards. @defaultValue 0 */
  readonly reserved?: number;
  /** True: it ends then, although the topics need more; by default, what is later happens then. */
  readonly isWhole?: boolean;
}

/** A message that a node publishes. */
export interface NodeMessage {
  readonly topic: string;
  readonly payload: JsonObject;
}

/** What nodes connect to, and how they talk to it. */
export interface FleetCloud
  extends Pick<RunningBroker, "mqttUrl" | "clock" | "nextConnection" | "hideDisconnects"> {
  /** Returns the maximum number of messages that leave the cloud after a step. */
  costOf(step: Step): number;
  messagesOf(step: Extract<NodeStep, { readonly kind: "say" }>): readonly NodeMessage[];
}

/** The nodes' MQTT clients. */
export interface Fleet {
  /**
   * Runs steps until the topics have as many messages as they need; returns the time of the last
   * one, epoch milliseconds.
   */
  play(
    steps: Iterable<Step>,
    topics: UnreliableTopics,
    people: People,
    end: PlayEnd,
  ): Promise<number>;
  /** Runs one step now; returns false when the state of the fleet does not allow it. */
  take(step: NodeStep): Promise<boolean>;
  isConnected(nodeId: string): boolean;
  /** Ends every connection; unless quiet, RainMaker publishes these disconnects. */
  stop(quiet: boolean): Promise<void>;
}

/** Maximum wait for disconnects. */
const MAX_STOP_MS = 10_000;
/**
 * A step that would make more messages than are needed is skipped; after this many in a row, no
 * further step fits.
 */
const MAX_SKIPPED = 20_000;

/**
 * Creates MQTT clients of a fleet for a cloud, whose clock shows the time of each step while it
 * runs.
 */
export function mqttFleet(running: FleetCloud): Fleet {
  const { clock, costOf, messagesOf } = running;
  const clients = new Map<string, MqttClient>();

  async function connect(nodeId: string): Promise<void> {
    const published = running.nextConnection(nodeId);
    const client = await mqtt.connectAsync(running.mqttUrl, {
      clientId: nodeId,
      reconnectPeriod: 0,
      keepalive: 0,
    });
    client.on("error", () => undefined);
    clients.set(nodeId, client);
    await published;
  }

  async function disconnect(nodeId: string, client: MqttClient, clean: boolean): Promise<void> {
    const published = running.nextConnection(nodeId);
    clients.delete(nodeId);
    if (clean) await client.endAsync();
    else client.stream.destroy();
    await published;
  }

  /** Runs a step; returns false when the fleet's state does not allow it. */
  async function take(step: NodeStep): Promise<boolean> {
    const client = clients.get(step.nodeId);
    if (step.kind === "connect") {
      if (client !== undefined) return false;
      await connect(step.nodeId);
      return true;
    }
    if (client === undefined) return false;
    if (step.kind === "disconnect") await disconnect(step.nodeId, client, step.clean);
    else
      for (const { topic, payload } of messagesOf(step))
        await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
    return true;
  }

  const takeAny = async (step: Step, people: People) => {
    if (step.kind !== "act") return take(step);
    await people(step.act);
    return true;
  };
  return {
    take,
    isConnected: (nodeId) => clients.has(nodeId),
    play: async (steps, topics, people, { endsAtMs, reserved = 0, isWhole = false }) => {
      let skipped = 0;
      let lastMs = 0;
      for (const step of steps) {
        if (topics.remaining <= reserved || skipped > MAX_SKIPPED) break;
        if (isWhole && step.atMs > endsAtMs) break;
        // Never publish a future time: webhooks would treat it as implausible.
        clock.play(Math.min(step.atMs, endsAtMs));
        const done = costOf(step) <= topics.remaining - reserved && (await takeAny(step, people));
        skipped = done ? 0 : skipped + 1;
        lastMs = step.atMs;
        await topics.keepPace();
      }
      clock.useRealTime();
      return lastMs;
    },
    stop: async (quiet) => {
      const ends = [...clients].map(([nodeId, client]) => {
        if (!quiet) return disconnect(nodeId, client, true);
        running.hideDisconnects(nodeId);
        return client.endAsync(true);
      });
      clients.clear();
      const timer = new Promise((resolve) => setTimeout(resolve, MAX_STOP_MS).unref());
      await Promise.race([Promise.allSettled(ends), timer]);
    },
  };
}
