import { chanceOf } from "@rainhooks/local-aws";
import type { RunningRainmaker } from "@rainhooks/local-rainmaker";
import { type FleetNode, makeFleet } from "./fleet.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { Hop } from "./hop.ts";
import { makeLives, startOfLives, stepsOf } from "./lives.ts";
import type { PublishedFleetMessage } from "./message.ts";
import { type FleetMessage, fleetMessage } from "./message.ts";
import { messagesOfMoveIn, moveIn } from "./move-in.ts";
import { type FleetPace, paceOfDays, REAL_PACE } from "./pace.ts";
import { gatherPeople } from "./people.ts";
import { mqttFleet } from "./play.ts";
import { settleIn } from "./settle-in.ts";
import { startTrickle } from "./trickle.ts";

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
  /** Lets the nodes go on in real time, with something to see every few seconds, until they are stopped. */
  readonly goOn: () => void;
}

/** Simulates nodes and people for a local RainMaker, until enough messages have reached SNS. */
export async function simulate(
  running: RunningRainmaker,
  options: FleetOptions,
  { register, send }: SimulationParts,
): Promise<Simulation> {
  const { seed, nodes: size, events, endsAtMs } = options;
  const nodes = makeFleet(chanceOf(seed), size);
  settleIn(running, nodes, options.days === undefined);
  await register(nodes);
  const people = await gatherPeople(running, nodes);
  const distinct = events * (1 - options.duplicates - options.undecodable);
  const isStory = options.days !== undefined;
  const messages = Math.max(0, distinct - (isStory ? messagesOfMoveIn(nodes) + messagesOfRest(nodes) : 0));
  const startAt = (pace: FleetPace) => startOfLives(nodes, seed, messages, endsAtMs, pace);
  const pace =
    options.days === undefined ? REAL_PACE : paceOfDays(options.days, (one) => endsAtMs - startAt(one));
  const startMs = startAt(pace);
  const hop = new Hop({ ...options, chance: chanceOf(seed + 1), ratePerS: options.ratePerS, send });
  const fleet = mqttFleet(running);
  running.publisher.intercept((message) => hop.take(fleetMessage(message)));
  running.onStop(async (quiet) => {
    // From here on, the nodes' disconnects are published like any other event, with the current time.
    running.publisher.resume();
    running.clock.goOn();
    await fleet.stop(quiet);
  });
  if (isStory) await moveIn(running, nodes, startMs);
  const lives = makeLives(nodes, seed, startMs, pace);
  // At a slow pace, much is read before it is sent: at the end, all is.
  const reserved = isStory ? messagesOfRest(nodes) : 0;
  const playedMs = await fleet.play(stepsOf(lives, startMs, pace), hop, people, { endsAtMs, reserved });
  if (isStory) {
    const rest = lives.flatMap((life) => life.sendRest(endsAtMs, playedMs));
    await fleet.play(rest, hop, people, { endsAtMs });
  }
  running.publisher.resume();
  const trickle = () => startTrickle(fleet, nodes, chanceOf(seed + 2));
  return {
    ...{ nodes, published: await hop.finish(), startMs },
    goOn: () => {
      const end = trickle();
      running.onStop(async () => end());
    },
  };
}

/** Returns how many messages the unsent readings of nodes can be, at most. */
function messagesOfRest(nodes: readonly FleetNode[]): number {
  return nodes.reduce((sum, { device, users }) => {
    const read = device.params.filter(({ readings }) => readings !== undefined);
    return sum + read.length * users.length;
  }, 0);
}
