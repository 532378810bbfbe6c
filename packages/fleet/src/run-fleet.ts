import type { FilterRule } from "@rainhooks/filter";
import type { Stage } from "@rainhooks/local-aws";
import { publish } from "@rainhooks/local-aws";
import type { RunningNeo, RunningRainmaker } from "@rainhooks/local-rainmaker";
import type { FleetNode } from "./fleet.ts";
import type { FleetOptions } from "./fleet-options.ts";
import type { FleetMessage, PublishedFleetMessage } from "./message.ts";
import { archivedMessages } from "./neo/archived-messages.ts";
import { NEO_FUNCTION, sendToQueue } from "./neo/send-to-queue.ts";
import { simulateNeo } from "./neo/simulate-neo.ts";
import {
  type Reconciliation,
  type ReconciliationLine,
  readBaseline,
  reconcile,
} from "./reconciliation/reconcile.ts";
import { settle, waitingRecords } from "./settle.ts";
import { registerWithFilters, syncRules } from "./settle-in.ts";
import { simulate } from "./simulate.ts";

/** Called with the progress of a run. */
export interface RunProgress {
  /** Records of an earlier run, which are handled first. */
  readonly leftOver: (waiting: number) => void;
  readonly published: (count: number, total: number) => void;
  readonly waiting: (records: number) => void;
}

/**
 * A run without progress for this long has lost something, or retries what cannot succeed. It is longer than the visibility timeout
 * of a record that failed, or that a killed stage was working on.
 */
export const STALL_MS = 240_000;

/** Ignores the progress. */
export const IGNORED_PROGRESS: RunProgress = {
  leftOver: () => undefined,
  published: () => undefined,
  waiting: () => undefined,
};

/** A finished run. */
export interface RunResult {
  readonly nodes: readonly FleetNode[];
  /** Start of the simulated time, epoch milliseconds. */
  readonly startMs: number;
  /** Lets the nodes go on in real time, until RainMaker stops. */
  readonly goOn: () => void;
  readonly rules: readonly FilterRule[];
  readonly published: readonly PublishedFleetMessage[];
  readonly reconciliation: Reconciliation;
  readonly publishMs: number;
  readonly totalMs: number;
  /** Maximum memory of all processes of the stage during the run. */
  readonly peakMiB: number;
}

/**
 * Simulates a fleet for a local RainMaker, or a local RainMaker Neo, that publishes to a stage, and reconciles every message that reached SNS. The nodes
 * stay connected afterwards, until it stops.
 */
export async function runFleet(
  stage: Stage,
  running: RunningRainmaker | RunningNeo,
  options: FleetOptions,
  stallMs: number,
  progress: RunProgress,
): Promise<RunResult> {
  const leftOver = await waitingRecords(stage);
  if (leftOver > 0) await settle(stage, { stallMs, onWaiting: progress.leftOver });
  const before = await readBaseline(stage);
  let rules: readonly FilterRule[] = [];
  let count = 0;
  const startedMs = performance.now();
  const send = (messages: readonly FleetMessage[]) =>
    sendMessages(stage, messages, (some) => {
      count += some;
      progress.published(count, options.events);
    });
  const isNeo = !("rainmaker" in running);
  const { nodes, published, startMs, goOn } = isNeo
    ? await simulateNeo(running, options, send)
    : await simulate(running, options, {
        register: async (all) => {
          rules = await registerWithFilters(running, stage.integration, all);
          await syncRules(stage, rules);
        },
        send,
      });
  const publishMs = performance.now() - startedMs;
  const peakMiB = await settle(stage, { stallMs, onWaiting: progress.waiting });
  const totalMs = performance.now() - startedMs;
  const archived = isNeo ? await archivedMessages(stage, published) : undefined;
  const held = await reconcile(stage, archived?.published ?? published, rules, before);
  const reconciliation = archived === undefined ? held : withLine(held, archived.line);
  return { nodes, startMs, goOn, rules, published, reconciliation, publishMs, totalMs, peakMiB };
}

/** Sends messages to the topics of their types, or to the queue of the function that makes events of them. */
async function sendMessages(
  { clients, provisioned }: Stage,
  messages: readonly FleetMessage[],
  onSent: (count: number) => void,
): Promise<readonly PublishedFleetMessage[]> {
  const [forQueue, forTopics] = [true, false].map((is) =>
    messages.filter(({ isForQueue = false }) => isForQueue === is),
  );
  const published = await publish(clients.sns, provisioned.topics, forTopics ?? [], onSent);
  const queue = provisioned.queues.get(NEO_FUNCTION)?.queue;
  const queued = await sendToQueue(clients.sqs, queue?.url, forQueue ?? [], onSent);
  return [...published, ...queued];
}

function withLine(held: Reconciliation, line: ReconciliationLine): Reconciliation {
  return { ...held, lines: [line, ...held.lines], complete: held.complete && line.problems.length === 0 };
}
