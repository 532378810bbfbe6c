import { chanceOf } from "@rainhooks/local-aws";
import type { RunningRainmaker } from "@rainhooks/local-rainmaker";
import { type FleetNode, makeFleet } from "./fleet.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { Hop } from "./hop.ts";
import { livesOf, startOfLives } from "./lives.ts";
import type { PublishedFleetMessage } from "./message.ts";
import { type FleetMessage, fleetMessage } from "./message.ts";
import { gatherPeople } from "./people.ts";
import { mqttFleet } from "./play.ts";
import { settleIn } from "./settle-in.ts";

/** Dependencies of a simulation. */
export interface SimulationParts {
  /** Registers the integration that gets the messages. */
  readonly register: (nodes: readonly FleetNode[]) => Promise<void>;
  /** Publishes messages to SNS. */
  readonly send: (messages: readonly FleetMessage[]) => Promise<readonly PublishedFleetMessage[]>;
}

/** The result of a simulation. */
export interface Simulation {
  readonly nodes: readonly FleetNode[];
  readonly published: readonly PublishedFleetMessage[];
  readonly startMs: number;
}

/** Simulates nodes and people for a local RainMaker, until enough messages have reached SNS. */
export async function simulate(
  running: RunningRainmaker,
  options: FleetOptions,
  { register, send }: SimulationParts,
): Promise<Simulation> {
  const { seed, nodes: size, events, endsAtMs } = options;
  const nodes = makeFleet(chanceOf(seed), size);
  settleIn(running, nodes);
  await register(nodes);
  const people = await gatherPeople(running, nodes);
  const startMs = startOfLives(
    nodes,
    seed,
    events * (1 - options.duplicates - options.undecodable),
    endsAtMs,
  );
  const hop = new Hop({ ...options, chance: chanceOf(seed + 1), ratePerS: options.ratePerS, send });
  const fleet = mqttFleet(running);
  running.publisher.intercept((message) => hop.take(fleetMessage(message)));
  running.onStop(async (quiet) => {
    // From here on, the nodes' disconnects are published like any other event, with the current time.
    running.publisher.resume();
    running.clock.goOn();
    await fleet.stop(quiet);
  });
  await fleet.play(livesOf(nodes, seed, startMs), hop, people, endsAtMs);
  running.publisher.resume();
  return { nodes, published: await hop.finish(), startMs };
}
