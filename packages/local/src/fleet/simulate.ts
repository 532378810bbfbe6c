import { mapLimited } from "@rainhooks/core/collections";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { chanceOf } from "../aws/chance.ts";
import type { RunningRainmaker } from "../rainmaker/start.ts";
import { type FleetNode, makeFleet } from "./fleet.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { Hop } from "./hop.ts";
import { livesOf, makeLives, messagesUntil, startOfLives, stepsOf } from "./lives.ts";
import { type FleetMessage, fleetMessage, type PublishedFleetMessage } from "./message.ts";
import type { NodeLife } from "./node-life.ts";
import { type FleetPace, paceOfDays, REAL_PACE } from "./pace.ts";
import { addNode, addTag, MESSAGES_PER_ACT, type People, peopleOf } from "./people.ts";
import { type Fleet, type FleetCloud, mqttFleet } from "./play.ts";
import { registerNodes } from "./register-fleet.ts";
import { startTrickle } from "./trickle.ts";

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
  /**
   * Lets the nodes go on in real time, with something to see every few seconds, until they are
   * stopped.
   */
  readonly goOn: () => void;
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
      : storyOf(nodes, seed, distinct, { days, endsAtMs });
  const hop = new Hop({ ...options, chance: chanceOf(seed + 1), send });
  const fleet = mqttFleet(classicCloud(running));
  running.publisher.intercept((message) => hop.take(fleetMessage(message)));
  let endTrickle: (() => void) | undefined;
  running.onStop(async (quiet) => {
    // From here on, the nodes' disconnects are published like any other event, with the current
    // time; but those that went on do so at the next start.
    endTrickle?.();
    running.publisher.resume();
    running.clock.goOn();
    await fleet.stop(quiet || endTrickle !== undefined);
  });
  if (days === undefined)
    await fleet.play(livesOf(nodes, seed, startMs), hop, people, { endsAtMs });
  else {
    await moveIn(running, nodes, startMs);
    await playStory(
      makeLives(nodes, seed, startMs, pace),
      { fleet, hop, people },
      { startMs, endsAtMs, pace },
    );
  }
  running.publisher.resume();
  return {
    nodes,
    published: await hop.finish(),
    startMs,
    goOn: () => {
      endTrickle = startTrickle(fleet, nodes, chanceOf(seed + 2));
    },
  };
}

/** Nodes that are connected at the same time. */
const CONNECTED_AT_ONCE = 8;

/**
 * Connects the nodes of an earlier simulation that went on when its stage stopped, but not the one
 * that is gone. They go on in real time until they are stopped; or if they shall not, they
 * disconnect: the stage still has them online.
 */
export async function resumeFleet(
  running: RunningRainmaker,
  { seed, nodes: size }: Pick<FleetOptions, "seed" | "nodes">,
  goesOn: boolean,
): Promise<void> {
  const nodes = makeFleet(chanceOf(seed), size).filter(({ isLost }) => !isLost);
  const fleet = mqttFleet(classicCloud(running));
  const atMs = Date.now();
  // A disconnect within a second after a connect is that of an older session.
  if (!goesOn) running.clock.play(atMs - MINUTE_MS);
  await mapLimited(nodes, CONNECTED_AT_ONCE, ({ id }) =>
    fleet.take({ kind: "connect", nodeId: id, atMs }),
  );
  running.clock.goOn();
  if (!goesOn) return fleet.stop(false);
  const endTrickle = startTrickle(fleet, nodes, chanceOf(atMs));
  running.onStop(() => {
    endTrickle();
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
  beQuiet,
}: RunningRainmaker): FleetCloud {
  return {
    mqttUrl,
    clock,
    nextConnection,
    beQuiet,
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
  readonly hop: Hop;
  readonly people: People;
}

interface Story {
  readonly startMs: number;
  readonly endsAtMs: number;
  readonly pace: FleetPace;
}

/**
 * Plays lives from their start to their end. At a slow pace, much is read before it is sent: at the
 * end, all is.
 */
async function playStory(
  lives: readonly NodeLife[],
  { fleet, hop, people }: Players,
  { startMs, endsAtMs, pace }: Story,
): Promise<void> {
  const reserved = messagesOfRest(lives.map(({ node }) => node));
  const steps = stepsOf(lives, startMs, pace);
  const playedMs = await fleet.play(steps, hop, people, { endsAtMs, reserved, isWhole: true });
  const rest = lives.flatMap((life) => life.sendRest(endsAtMs, playedMs));
  await fleet.play(rest, hop, people, { endsAtMs });
}

/** Returns when a fleet begins to live, and its pace, so that its messages are about some days. */
function storyOf(
  nodes: readonly FleetNode[],
  seed: number,
  messages: number,
  { days, endsAtMs }: { readonly days: number; readonly endsAtMs: number },
): { readonly startMs: number; readonly pace: FleetPace } {
  const startMs = endsAtMs - days * DAY_MS;
  const lived = messages - messagesOfMoveIn(nodes) - messagesOfRest(nodes);
  const pace = paceOfDays(days, lived, (one) =>
    messagesUntil(nodes, seed, [startMs, endsAtMs], one),
  );
  return { startMs, pace };
}

/** Returns how many messages the unsent readings of nodes can be, at most. */
function messagesOfRest(nodes: readonly FleetNode[]): number {
  return nodes.reduce((sum, { device, users }) => {
    const read = device.params.filter(({ readings }) => readings !== undefined);
    return sum + read.length * users.length;
  }, 0);
}

/** Returns how many messages say that the users of nodes get them and tag them. */
function messagesOfMoveIn(nodes: readonly FleetNode[]): number {
  return nodes.reduce((sum, { users }) => sum + users.length + 1, 0);
}

/**
 * Lets the users of nodes add them, the owner first, and the owner tag them by their site: events
 * like any other, shortly before a time.
 */
async function moveIn(
  { rainmaker, clock }: Pick<RunningRainmaker, "rainmaker" | "clock">,
  nodes: readonly FleetNode[],
  untilMs: number,
): Promise<void> {
  let atMs = untilMs - messagesOfMoveIn(nodes) * SECOND_MS;
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
