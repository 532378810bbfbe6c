import type { EventType } from "@rainhooks/core";
import type { FleetMessage } from "@rainhooks/fleet";
import type { Chance } from "@rainhooks/local-aws";

const SECOND_MS = 1000;
/** Readings are from the day before, so that none is ahead of its message. */
const READINGS_BEFORE_S = 86_400;

interface TrafficNode {
  readonly nodeId: string;
  online: boolean;
  lastMs: number;
  lastReadingS: number;
}

type Truth = NonNullable<FleetMessage["truth"]>;

/** Makes the messages of a fleet, without end: connects, disconnects, alerts and readings, one event of a node after the other. */
export class Traffic {
  readonly #chance: Chance;
  readonly #nowMs: () => number;
  readonly #nodes: TrafficNode[];

  constructor(nodes: number, chance: Chance, nowMs: () => number) {
    this.#chance = chance;
    this.#nowMs = nowMs;
    const lastReadingS = Math.floor(nowMs() / SECOND_MS) - READINGS_BEFORE_S;
    this.#nodes = Array.from({ length: nodes }, (_, index) => ({
      nodeId: `node-${index}`,
      online: false,
      lastMs: 0,
      lastReadingS,
    }));
  }

  /** Returns the next messages. */
  take(count: number): FleetMessage[] {
    return Array.from({ length: count }, () => this.#next());
  }

  #next(): FleetMessage {
    const node = this.#chance.pick(this.#nodes);
    node.lastMs = nextMs(node.lastMs, this.#nowMs());
    if (!node.online) return this.#change(node);
    const make = this.#chance.weighted([
      [() => this.#change(node), 5],
      [() => alertOf(node), 1],
      [() => this.#reading(node), 4],
    ] as const);
    return make();
  }

  #change(node: TrafficNode): FleetMessage {
    node.online = !node.online;
    const type = node.online ? "rmaker.event.node_connected" : "rmaker.event.node_disconnected";
    return messageOf(node, type, { connected: node.online });
  }

  #reading(node: TrafficNode): FleetMessage {
    node.lastReadingS += 1;
    const value = this.#chance.int(0, 1000);
    const records = [{ t: node.lastReadingS, v: value }];
    const reading = { series: "Sensor.Temperature", atMs: node.lastReadingS * SECOND_MS, value };
    const ts_data = [{ name: reading.series, dt: "int", records }];
    return messageOf(node, "rmaker.event.node_ts_data", { ts_data }, [reading]);
  }
}

function alertOf(node: TrafficNode): FleetMessage {
  return messageOf(node, "rmaker.event.alert", { message_body: "Too hot" });
}

/** Each event of a node has a time of its own, and none has whole seconds, which RainMaker's older format has. */
function nextMs(lastMs: number, nowMs: number): number {
  const atMs = Math.max(lastMs + 1, nowMs);
  return atMs % SECOND_MS === 0 ? atMs + 1 : atMs;
}

function messageOf(
  { nodeId, lastMs: atMs }: TrafficNode,
  type: EventType,
  data: object,
  readings: Truth["readings"] = [],
): FleetMessage {
  const body = {
    event_version: "v1",
    id: "RainmakeEventId",
    event_type: type,
    timestamp: atMs,
    event_data: { node_id: nodeId, ...data },
  };
  return {
    type,
    body: JSON.stringify(body),
    attributes: { event_type: type, node_id: nodeId },
    truth: { type, atMs, nodeIds: [nodeId], userId: undefined, readings },
  };
}
