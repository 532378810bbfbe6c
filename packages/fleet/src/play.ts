import type { RunningRainmaker } from "@rainhooks/local-rainmaker";
import mqtt, { type MqttClient } from "mqtt";
import type { Hop } from "./hop.ts";
import { MESSAGES_PER_ACT, type People } from "./people.ts";
import type { Step } from "./step.ts";

/** Nodes that are MQTT clients, and what they did so far. */
export interface Fleet {
  /** Lets nodes and people do what is next, until the hop has as many messages as it wants. */
  play(steps: Iterable<Step>, hop: Hop, people: People, endsAtMs: number): Promise<void>;
  /** Ends every connection; unless quietly, RainMaker publishes that they have ended. */
  stop(quiet: boolean): Promise<void>;
}

/** For so long the ends of connections are waited for. */
const MAX_STOP_MS = 10_000;
/** A step that would make more messages than are wanted is left out; after so many in a row, there is none that fits. */
const MAX_LEFT_OUT = 20_000;

/** A fleet of MQTT clients in front of a local RainMaker, whose clock shows the time of each step while it is played. */
export function mqttFleet(running: RunningRainmaker): Fleet {
  const { rainmaker, clock } = running;
  const clients = new Map<string, MqttClient>();

  async function connect(nodeId: string): Promise<void> {
    const told = running.nextConnection(nodeId);
    const client = await mqtt.connectAsync(running.mqttUrl, {
      clientId: nodeId,
      reconnectPeriod: 0,
      keepalive: 0,
    });
    client.on("error", () => undefined);
    clients.set(nodeId, client);
    await told;
  }

  async function disconnect(nodeId: string, client: MqttClient, clean: boolean): Promise<void> {
    const told = running.nextConnection(nodeId);
    clients.delete(nodeId);
    if (clean) await client.endAsync();
    else client.stream.destroy();
    await told;
  }

  /** Messages that a step makes at most. */
  function costOf(step: Step): number {
    if (step.kind === "act") return MESSAGES_PER_ACT;
    const copies = Math.max(1, rainmaker.node(step.nodeId).users.length);
    const automated = rainmaker.state.automations.some(({ nodeId }) => nodeId === step.nodeId);
    return step.kind === "say" && automated ? 2 * copies : copies;
  }

  /** Does a step; false when it cannot be done the way the fleet is. */
  async function take(step: Step, people: People): Promise<boolean> {
    if (step.kind === "act") {
      await people.act(step.act);
      return true;
    }
    const client = clients.get(step.nodeId);
    if (step.kind === "connect") {
      if (client !== undefined) return false;
      await connect(step.nodeId);
      return true;
    }
    if (client === undefined) return false;
    if (step.kind === "disconnect") await disconnect(step.nodeId, client, step.clean);
    else {
      const content = JSON.stringify(step.payload);
      await client.publishAsync(`node/${step.nodeId}/${step.topic}`, content, { qos: 1 });
    }
    return true;
  }

  return {
    play: async (steps, hop, people, endsAtMs) => {
      let leftOut = 0;
      for (const step of steps) {
        if (hop.left === 0 || leftOut > MAX_LEFT_OUT) break;
        // Nothing is told of the future: a consumer would not believe it.
        clock.play(Math.min(step.atMs, endsAtMs));
        const done = costOf(step) <= hop.left && (await take(step, people));
        leftOut = done ? 0 : leftOut + 1;
        await hop.keepPace();
      }
      clock.goOn();
    },
    stop: async (quiet) => {
      const ends = [...clients].map(([nodeId, client]) =>
        quiet ? client.endAsync(true) : disconnect(nodeId, client, true),
      );
      clients.clear();
      const timer = new Promise((resolve) => setTimeout(resolve, MAX_STOP_MS).unref());
      await Promise.race([Promise.allSettled(ends), timer]);
    },
  };
}
