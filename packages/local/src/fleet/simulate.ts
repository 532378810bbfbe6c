import { mapLimited } from "@rainhooks/core/collections";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { chanceOf } from "../aws/chance.ts";
import type { RunningRainmaker } from "../rainmaker/start.ts";
import { type FleetNode, makeFleet } from "./fleet.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { livesOf, makeLives, messagesUntil, startOfLives, stepsOf } from "./lives.ts";
import { type FleetMessage, fleetMessage, type PublishedFleetMessage } from "./message.ts";
import type { NodeLife } from "./node-life.ts";
import { type FleetPace, paceOfDays, REAL_PACE } from "./pace.ts";
import { addNode, addTag, MESSAGES_PER_ACT, type People, peopleOf } from "./people.ts";
import { type Fleet, type FleetCloud, mqttFleet } from "./play.ts";
import { startRealTime } from "./real-time.ts";
import { registerNodes } from "./register-fleet.ts";
import { UnreliableTopics } from "./unreliable-topics.ts";

/** Dependencies of a simulation. */
export interface SimulationDependencies {
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
  /** Lets the nodes do something every few seconds, until they are stopped. */
  readonly continueInRealTime: () => void;
}

/** Simulates nodes and people for a local RainMaker, until enough messages have reached SNS. */
export async function simulate(
  running: RunningRainmaker,
  options: FleetOptions,
  { register, send }: SimulationDependencies,
): Promise<Simulation> {
  const { seed, nodes: size, events, endsAtMs } = options;
  const nodes = makeFleet(chanceOf(seed), size);
  registerNodes(running, nodes, options.days === undefined);
  await register(nodes);
  const people = peopleOf(running.rainmaker, nodes);
  const { duplicates, undecodable, days } = options;
  const distinct = events * (1 - duplicates - undecodable);
  const { startMs, pace } =
    days === undefined
      ? { startMs: startOfLives(nodes, seed, distinct, endsAtMs), pace: REAL_PACE }
      : startOfDays(nodes, seed, distinct, { days, endsAtMs });
  const topics = new UnreliableTopics({ ...options, chance: chanceOf(seed + 1), send });
  const fleet = mqttFleet(classicCloud(running));
  running.publisher.intercept((message) => topics.take(fleetMessage(message)));
  let endRealTime: (() => void) | undefined;
  running.onStop(async (quiet) => {
    // From here on, the nodes' disconnects are published like any other event, with the current
    // time; but nodes that continued in real time disconnect at the next start.
    endRealTime?.();
    running.publisher.resume();
    running.clock.useRealTime();
    await fleet.stop(quiet || endRealTime !== undefined);
  });
  if (days === undefined)
    await fleet.play(livesOf(nodes, seed, startMs), topics, people, { endsAtMs });
  else {
    await addUsersAndTags(running, nodes, startMs);
    await playDays(
      makeLives(nodes, seed, startMs, pace),
      { fleet, topics, people },
      { startMs, endsAtMs, pace },
    );
  }
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

/** Nodes that are connected at the same time. */
const CONNECTED_AT_ONCE = 8;

/**
 * Connects the nodes of an earlier simulation that were in real time when its stage stopped, but
 * not the lost one. They continue in real time until they are stopped. If they are not to, they
 * disconnect: the stage still has them online.
 */
export async function resumeFleet(
  running: RunningRainmaker,
  { seed, nodes: size }: Pick<FleetOptions, "seed" | "nodes">,
  continues: boolean,
): Promise<void> {
  const nodes = makeFleet(chanceOf(seed), size).filter(({ isLost }) => !isLost);
  const fleet = mqttFleet(classicCloud(running));
  const atMs = Date.now();
  // A disconnect within a second after a connect is that of an older session.
  if (!continues) running.clock.play(atMs - MINUTE_MS);
  await mapLimited(nodes, CONNECTED_AT_ONCE, ({ id }) =>
    fleet.take({ kind: "connect", nodeId: id, atMs }),
  );
  running.clock.useRealTime();
  if (!continues) return fleet.stop(false);
  const endRealTime = startRealTime(fleet, nodes, chanceOf(atMs));
  running.onStop(() => {
    endRealTime();
    return fleet.stop(true);
  });
}

/**
 * The cloud of a fleet on classic RainMaker: how many messages a step publishes, and to which
 * topics.
 */
function classicCloud({
  rainmaker,
  mqttUrl,
  clock,
  nextConnection,
  hideDisconnects,
}: RunningRainmaker): FleetCloud {
  return {
    mqttUrl,
    clock,
    nextConnection,
    hideDisconnects,
    costOf: (step) => {
      if (step.kind === "act") return MESSAGES_PER_ACT;
      const copies = Math.max(1, rainmaker.node(step.nodeId).users.length);
      const automated = rainmaker.node(step.nodeId).automation !== undefined;
      return step.kind === "say" && automated ? 2 * copies : copies;
    },
    messagesOf: ({ nodeId, topic, payload }) => [{ topic: `node/${nodeId}/${topic}`, payload }],
  };
}

interface Players {
  readonly fleet: Fleet;
  readonly topics: UnreliableTopics;
  readonly people: People;
}

interface Days {
  readonly startMs: number;
  readonly endsAtMs: number;
  readonly pace: FleetPace;
}

/**
 * Plays the lives of nodes during some days. At a slow pace, nodes send readings long after they
 * took them: what is unsent at the end is sent then.
 */
async function playDays(
  lives: readonly NodeLife[],
  { fleet, topics, people }: Players,
  { startMs, endsAtMs, pace }: Days,
): Promise<void> {
  const reserved = maxUnsentReadings(lives.map(({ node }) => node));
  const steps = stepsOf(lives, startMs, pace);
  const playedMs = await fleet.play(steps, topics, people, { endsAtMs, reserved, isWhole: true });
  const rest = lives.flatMap((life) => life.sendUnsentReadings(endsAtMs, playedMs));
  await fleet.play(rest, topics, people, { endsAtMs });
}

/** Returns when a fleet begins to live, and its pace, so that its messages are about some days. */
function startOfDays(
  nodes: readonly FleetNode[],
  seed: number,
  messages: number,
  { days, endsAtMs }: { readonly days: number; readonly endsAtMs: number },
): { readonly startMs: number; readonly pace: FleetPace } {
  const startMs = endsAtMs - days * DAY_MS;
  const lived = messages - messagesOfUsersAndTags(nodes) - maxUnsentReadings(nodes);
  const pace = paceOfDays(days, lived, (one) =>
    messagesUntil(nodes, seed, [startMs, endsAtMs], one),
  );
  return { startMs, pace };
}

/** Returns how many messages the unsent readings of nodes can be, at most. */
function maxUnsentReadings(nodes: readonly FleetNode[]): number {
  return nodes.reduce((sum, { device, users }) => {
    const read = device.params.filter(({ readings }) => readings !== undefined);
    return sum + read.length * users.length;
  }, 0);
}

/** Returns how many messages say that the users of nodes get them and tag them. */
function messagesOfUsersAndTags(nodes: readonly FleetNode[]): number {
  return nodes.reduce((sum, { users }) => sum + users.length + 1, 0);
}

/**
 * Lets the users of nodes add them, the owner first, and the owner tag them by their site: events
 * like any other, shortly before a time.
 */
async function addUsersAndTags(
  { rainmaker, clock }: Pick<RunningRainmaker, "rainmaker" | "clock">,
  nodes: readonly FleetNode[],
  untilMs: number,
): Promise<void> {
  let atMs = untilMs - messagesOfUsersAndTags(nodes) * SECOND_MS;
  const next = () => {
    clock.play(atMs);
    atMs += SECOND_MS;
  };
  for (const { id, users, site } of nodes) {
    for (const [index, user] of users.entries()) {
      next();
      await addNode(rainmaker, user, id, index === 0 ? "primary" : "secondary");
    }
    next();
    await addTag(rainmaker, users[0] ?? "", id, site);
  }
}
