import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { archivedMessages } from "@rainhooks/extensions/neo/fleet/archived-messages";
import { NEO_FUNCTION, sendToQueue } from "@rainhooks/extensions/neo/fleet/send-to-queue";
import { simulateNeo } from "@rainhooks/extensions/neo/fleet/simulate-neo";
import type { RunningNeo } from "@rainhooks/extensions/neo/local/start-neo";
import type { FilterRule } from "@rainhooks/filter/rule";
import { publish } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import type { FleetNode } from "@rainhooks/local/fleet/fleet";
import type { FleetOptions } from "@rainhooks/local/fleet/fleet-options";
import type { FleetMessage, PublishedFleetMessage } from "@rainhooks/local/fleet/message";
import {
  type Reconciliation,
  type ReconciliationLine,
  readBaseline,
  reconcile,
} from "@rainhooks/local/fleet/reconciliation/reconcile";
import { registerWithFilters, syncRules } from "@rainhooks/local/fleet/settle-in";
import { simulate } from "@rainhooks/local/fleet/simulate";
import type { RunningRainmaker } from "@rainhooks/local/rainmaker/start";

/** Called with the progress of a run. */
export interface RunProgress {
  /** Records of an earlier run, which are handled first. */
  readonly leftOver: (waiting: number) => void;
  readonly published: (count: number, total: number) => void;
  readonly waiting: (records: number) => void;
}

/**
 * A run without progress for this long has lost something, or retries what cannot succeed. It is longer than
 * the visibility timeout of a record that failed, or that a killed stage was working on.
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
 * Simulates a fleet for a local RainMaker, or a local RainMaker Neo, that publishes to a stage, and
 * reconciles every message that reached SNS. The nodes stay connected afterwards, until it stops.
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
  return { ...held, lines: [line, ...held.lines], problems: [...line.problems, ...held.problems] };
}

/** Options for waiting until a stage has handled its queues. */
interface SettleOptions {
  /** Give up after this long without progress. */
  readonly stallMs: number;
  readonly onWaiting: (waiting: number) => void;
}

const LOOK_EVERY_MS = 250;
/** A function's last log lines may arrive shortly after its response. */
const LAST_LINES_MS = 500;

/**
 * Waits until the queues of a stage are empty, or make no progress; then writes the records that Firehose has
 * buffered. Returns the maximum memory in MiB.
 */
export async function settle(stage: Stage, { stallMs, onWaiting }: SettleOptions): Promise<number> {
  let peakMiB = 0;
  let last = Number.NaN;
  let movedAtMs = performance.now();
  for (;;) {
    const waiting = await waitingRecords(stage);
    peakMiB = Math.max(peakMiB, await stage.memoryMiB());
    if (waiting !== last) movedAtMs = performance.now();
    last = waiting;
    onWaiting(waiting);
    if (waiting === 0 || performance.now() - movedAtMs > stallMs) break;
    await pause(LOOK_EVERY_MS);
  }
  await pause(LAST_LINES_MS);
  await stage.flush();
  return peakMiB;
}

/**
 * Returns the number of records in the queues of a stage, including those in flight and failed ones that will
 * be retried. Nothing here waits for a queue that a function somewhere else reads.
 */
export async function waitingRecords({ clients, provisioned, functions }: Stage): Promise<number> {
  const depths = functions.map(async (name) => {
    const queue = provisioned.queues.get(name)?.queue;
    if (queue === undefined) return 0;
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ["All"] }),
    );
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes ?? {};
    return Number(ApproximateNumberOfMessages ?? 0) + Number(ApproximateNumberOfMessagesNotVisible ?? 0);
  });
  return (await Promise.all(depths)).reduce((sum, depth) => sum + depth, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
