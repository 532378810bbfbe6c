import { SECOND_MS } from "@rainhooks/core/durations";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";
import { chanceOf } from "@rainhooks/local/aws/chance";
import { makeFleet } from "@rainhooks/local/fleet/fleet";
import type { FleetOptions } from "@rainhooks/local/fleet/fleet-options";
import { livesOf, startOfLives } from "@rainhooks/local/fleet/lives";
import type { NodeStep, Step } from "@rainhooks/local/fleet/play";
import { mqttFleet, type NodeMessage } from "@rainhooks/local/fleet/play";
import { startRealTime } from "@rainhooks/local/fleet/real-time";
import type { Simulation, SimulationDependencies } from "@rainhooks/local/fleet/simulate";
import { UnreliableTopics } from "@rainhooks/local/fleet/unreliable-topics";
import type { Publisher } from "@rainhooks/local/rainmaker/publisher";
import type { RunningBroker } from "@rainhooks/local/rainmaker/running-broker";
import { fleetMessage, type NeoMessage } from "./messages.ts";

/** A running local RainMaker Neo. */
export interface RunningNeo extends RunningBroker {
  readonly publisher: Publisher<NeoMessage>;
}

/** Neo has no API for people here. */
const NOBODY = () => Promise.resolve();

/**
 * Simulates nodes for a local RainMaker Neo, until enough messages have left it: for topics, and
 * for the queue of the function that reads shadows and readings.
 */
export async function simulateNeo(
  running: RunningNeo,
  options: FleetOptions,
  send: SimulationDependencies["send"],
): Promise<Simulation> {
  const { seed, nodes: size, events, duplicates, undecodable, endsAtMs } = options;
  const nodes = makeFleet(chanceOf(seed), size).map((node) => ({
    ...node,
    users: node.users.slice(0, 1),
  }));
  const distinct = events * (1 - duplicates - undecodable);
  const startMs = startOfLives(nodes, seed, distinct, endsAtMs, costOf);
  const topics = new UnreliableTopics({ ...options, chance: chanceOf(seed + 1), send });
  const { mqttUrl, clock, nextConnection, hideDisconnects } = running;
  const fleet = mqttFleet({
    mqttUrl,
    clock,
    nextConnection,
    hideDisconnects,
    costOf,
    messagesOf: neoMessagesOf,
  });
  running.publisher.intercept((message) => topics.take(fleetMessage(message)));
  let endRealTime = () => {};
  running.onStop(async (quiet) => {
    endRealTime();
    running.publisher.resume();
    clock.useRealTime();
    await fleet.stop(quiet);
  });
  await fleet.play(livesOf(nodes, seed, startMs), topics, NOBODY, { endsAtMs });
  running.publisher.resume();
  return {
    nodes,
    published: await topics.finish(),
    startMs,
    continueInRealTime: () => {
      endRealTime = startRealTime(fleet, nodes, chanceOf(seed + 2));
    },
  };
}

/** Of a disconnect, AWS IoT also says why. */
function costOf(step: Step): number {
  if (step.kind === "act") return 0;
  if (step.kind === "say") return neoMessagesOf(step).length;
  return step.kind === "connect" ? 1 : 2;
}

type Say = Extract<NodeStep, { readonly kind: "say" }>;

/**
 * Data types that a reading of Neo can have. Source: espressif/esp-rainmaker-neo,
 * docs/api/MQTT_Node.yaml, TimeseriesData.
 */
const DATA_TYPES: readonly unknown[] = ["bool", "int", "float", "string"];

/**
 * Returns the messages with which a node of RainMaker Neo says what one of classic RainMaker says
 * otherwise. Of alerts and updates of its firmware, Neo learns nothing that is an event, so they
 * have none.
 */
function neoMessagesOf({ nodeId, topic, payload }: Say): NodeMessage[] {
  const shadow = (name: string, reported: JsonObject): NodeMessage[] => [
    { topic: `$aws/things/${nodeId}/shadow/name/${name}/update`, payload: { state: { reported } } },
  ];
  switch (topic) {
    case "config":
      return shadow("iparams", { data: { device: { t: identityOf(payload) } }, online: true });
    case "params/local/init":
      return shadow("params-", { params: payload, online: true });
    case "params/local":
      return shadow("params-", { params: payload });
    case "tsdata":
    case "simple_tsdata":
      return readingsOf(payload).map((reading) => ({
        topic: `$aws/rules/node_ts_rule/rainmaker/nodes/${nodeId}/ts/-`,
        payload: reading,
      }));
    default:
      return [];
  }
}

function identityOf({ info }: JsonObject): JsonObject {
  const { type = null, model = null, fw_version = null } = isJsonObject(info) ? info : {};
  return { type, model, fw_version };
}

/** A node of Neo sends each reading by itself, with milliseconds. */
function readingsOf(payload: JsonObject): JsonObject[] {
  const { ts_data: list } = payload;
  const series: JsonValue[] = Array.isArray(list) ? list : [{ ...payload, records: [payload] }];
  return series.filter(isJsonObject).flatMap(({ name = null, dt = null, records }) =>
    (Array.isArray(records) ? records : [])
      .filter(isJsonObject)
      .flatMap(({ t, v = null }): JsonObject[] => {
        if (!DATA_TYPES.includes(dt)) return [];
        return [{ k: name, dt, t: Number(t) * SECOND_MS, v, tz: "UTC" }];
      }),
  );
}
