import type { EventType } from "@rainhooks/core";
import { CATALOG } from "@rainhooks/core";
import { pascalCaseBody, snakeCaseBody } from "../rainmaker/bodies.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { EVENT_CONTENT } from "./event-data.ts";
import { type FleetNode, makeFleet } from "./fleet.ts";
import type { FleetMessage } from "./message.ts";

/** What to simulate. */
export interface FleetOptions {
  readonly seed: number;
  readonly nodes: number;
  /** Messages in all, duplicates and undecodable ones included. */
  readonly events: number;
  /** Share of messages that are published a second time. */
  readonly duplicates: number;
  /** Share of messages that cannot be decoded. */
  readonly undecodable: number;
  /** When the last event happens, epoch milliseconds. */
  readonly endsAtMs: number;
}

/** Events are a second apart, so that no two of them share a timestamp of RainMaker's coarsest format. */
const STEP_MS = 1000;

/** How often each event happens; what is not listed happens rarely. */
const WEIGHTS: Partial<Record<EventType, number>> = {
  "rmaker.event.node_params_changed": 30,
  "rmaker.event.node_ts_data": 25,
  "rmaker.event.node_connected": 12,
  "rmaker.event.node_disconnected": 12,
  "rmaker.event.alert": 4,
  "rmaker.event.node_config_changed": 4,
  "rmaker.event.node_automation_trigger": 4,
  "rmaker.event.user_node_added": 3,
  "rmaker.event.user_node_ota": 3,
};
const RARE = 1;
const CHOICES = CATALOG.map(({ type }) => [type, WEIGHTS[type] ?? RARE] as const);

/** A fleet and what it publishes, in the order of publication. */
export interface FleetScript {
  readonly nodes: readonly FleetNode[];
  readonly messages: readonly FleetMessage[];
}

/**
 * Writes the script of a fleet: every event of the catalog at least once, then a realistic mix, in both casings; some
 * messages twice, some broken, all in disorder. The same options make the same script.
 */
export function writeScript(options: FleetOptions): FleetScript {
  const { seed, nodes: size, events, endsAtMs } = options;
  const chance = chanceOf(seed);
  const nodes = makeFleet(chance, size);
  const broken = Math.round(events * options.undecodable);
  const repeated = Math.round(events * options.duplicates);
  const single = Math.max(0, events - broken - repeated);
  const messages: FleetMessage[] = [];
  for (let index = 0; messages.length < single; index++) {
    const type = CATALOG[index]?.type ?? chance.weighted(CHOICES);
    const atMs = endsAtMs - (single - index) * STEP_MS + chance.int(0, STEP_MS - 1);
    messages.push(
      ...eventMessages(type, chance.pick(nodes), atMs, chance).slice(0, single - messages.length),
    );
  }
  const again = Array.from({ length: messages.length === 0 ? 0 : repeated }, () => chance.pick(messages));
  const bad = Array.from({ length: broken }, (_, index) => brokenMessage(index, chance));
  return { nodes, messages: chance.shuffle([...messages, ...again, ...bad]) };
}

const COPIED = new Set<EventType>(["rmaker.event.node_connected", "rmaker.event.node_disconnected"]);

/** An event's messages: one, or one for each user of the node. */
function eventMessages(type: EventType, node: FleetNode, atMs: number, chance: Chance): FleetMessage[] {
  const users = COPIED.has(type) ? node.users : node.users.slice(0, 1);
  return [...new Set(users)].map((userId) => {
    const { data, readings = [] } = EVENT_CONTENT[type]({ node, userId, atMs, chance });
    const pascalCase = chance.happens(0.5);
    const frame = { type, atMs, userId, data };
    const namesNode = "node_id" in data || "nodes" in data;
    return {
      type,
      body: JSON.stringify(pascalCase ? pascalCaseBody(frame) : snakeCaseBody(frame)),
      attributes: { event_type: type, user_id: userId, ...(namesNode ? { node_id: node.id } : {}) },
      truth: {
        type,
        atMs: pascalCase ? Math.floor(atMs / 1000) * 1000 : atMs,
        nodeIds: namesNode ? [node.id] : [],
        userId,
        readings,
      },
    };
  });
}

const BROKEN_TYPES = [
  "rmaker.event.node_connected",
  "rmaker.event.alert",
  "rmaker.event.node_ts_data",
  "rmaker.event.node_params_changed",
] as const satisfies readonly EventType[];

function brokenMessage(index: number, chance: Chance): FleetMessage {
  const type = chance.pick(BROKEN_TYPES);
  const body = chance.pick([
    `{"EventType":"${type}","EventData":{"NodeId":"cut-${index}`,
    `not JSON at all ${index}`,
    JSON.stringify([`a list ${index}`]),
    JSON.stringify({ event_type: type, timestamp: index, event_data: { which_node: index } }),
    JSON.stringify({ event_type: type, timestamp: index, event_data: "a text" }),
  ]);
  return { type, body, attributes: { event_type: type }, truth: undefined };
}
