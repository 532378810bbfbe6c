import { chanceOf } from "@rainhooks/local-aws";
import type { NeoMessage, RunningNeo } from "@rainhooks/local-rainmaker";
import { makeFleet } from "../fleet.ts";
import type { FleetOptions } from "../fleet-options.ts";
import { Hop } from "../hop.ts";
import { livesOf, startOfLives } from "../lives.ts";
import type { FleetMessage } from "../message.ts";
import { mqttFleet } from "../play.ts";
import type { Simulation, SimulationParts } from "../simulate.ts";
import type { Step } from "../step.ts";
import { startTrickle } from "../trickle.ts";
import { neoMessagesOf } from "./messages-of-step.ts";
import { truthOf } from "./truth-of.ts";

/** Neo has no API for people here. */
const NOBODY = { act: () => Promise.resolve() };

/** Simulates nodes for a local RainMaker Neo, until enough messages have left it: for topics, and for the queue of the function that reads shadows and readings. */
export async function simulateNeo(
  running: RunningNeo,
  options: FleetOptions,
  send: SimulationParts["send"],
): Promise<Simulation> {
  const { seed, nodes: size, events, duplicates, undecodable, endsAtMs } = options;
  const nodes = makeFleet(chanceOf(seed), size).map((node) => ({ ...node, users: node.users.slice(0, 1) }));
  const distinct = events * (1 - duplicates - undecodable);
  const startMs = startOfLives(nodes, seed, distinct, endsAtMs, costOf);
  const hop = new Hop({ ...options, chance: chanceOf(seed + 1), ratePerS: options.ratePerS, send });
  const { mqttUrl, clock, nextConnection } = running;
  const fleet = mqttFleet({ mqttUrl, clock, nextConnection, costOf, messagesOf: neoMessagesOf });
  running.publisher.intercept((message) => hop.take(fleetMessage(message)));
  let endTrickle = () => {};
  running.onStop(async (quiet) => {
    endTrickle();
    running.publisher.resume();
    clock.goOn();
    await fleet.stop(quiet);
  });
  await fleet.play(livesOf(nodes, seed, startMs), hop, NOBODY, { endsAtMs });
  running.publisher.resume();
  return {
    ...{ nodes, published: await hop.finish(), startMs },
    goOn: () => {
      endTrickle = startTrickle(fleet, nodes, chanceOf(seed + 2));
    },
  };
}

/** Of a disconnect, AWS IoT also says why. */
function costOf(step: Step): number {
  if (step.kind === "act") return 0;
  if (step.kind === "say") return neoMessagesOf(step).length;
  return step.kind === "connect" ? 1 : 2;
}

function fleetMessage(message: NeoMessage): FleetMessage {
  const truth = truthOf(message);
  const type = message.to === "queue" ? (truth?.type ?? "rmaker.event.node_params_changed") : message.to;
  return { type, body: message.body, attributes: {}, truth, isForQueue: message.to === "queue" };
}
