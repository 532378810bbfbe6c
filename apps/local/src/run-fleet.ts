import { setTimeout as pause } from "node:timers/promises";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import type { FleetOptions } from "@rainhooks/local/fleet/fleet-options";
import {
  type Reconciliation,
  type ReconciliationLine,
  readBaseline,
  reconcile,
} from "@rainhooks/local/fleet/reconciliation/reconcile";
import type { FleetSource, SimulatedFleet } from "@rainhooks/local/source";

/** Called with the progress of a run: what, how many of it, and of how many. */
export type ShowProgress = (what: string, count: number, total?: number) => void;

/**
 * A run without progress for this long has lost something, or retries what cannot succeed. It is
 * longer than the visibility timeout of a record that failed, or that a killed stage was working
 * on.
 */
const STALL_MS = 240_000;

/** A finished run. */
export interface RunResult extends SimulatedFleet {
  readonly reconciliation: Reconciliation;
  readonly publishMs: number;
  readonly totalMs: number;
}

/**
 * Simulates a fleet of a source for a stage, and reconciles every message that reached SNS. The
 * nodes stay connected afterwards, until the source stops.
 */
export async function runFleet(
  stage: Stage,
  source: FleetSource,
  options: FleetOptions,
  show: ShowProgress = () => undefined,
): Promise<RunResult> {
  const leftOver = await waitingRecords(stage);
  if (leftOver > 0)
    await drainQueues(stage, (waiting) =>
      show("records of an earlier run still in the queues:", waiting),
    );
  const before = await readBaseline(stage);
  let count = 0;
  const startedMs = performance.now();
  const fleet = await source.simulate(stage, options, (some) => {
    count += some;
    show("published", count, options.events);
  });
  const publishMs = performance.now() - startedMs;
  await drainQueues(stage, (waiting) => show("records in the queues:", waiting));
  const totalMs = performance.now() - startedMs;
  const accepted = await source.accepted?.(stage, fleet.published);
  const held = await reconcile(stage, accepted?.published ?? fleet.published, fleet.rules, before);
  const reconciliation = accepted === undefined ? held : withLine(held, accepted.line);
  return { ...fleet, reconciliation, publishMs, totalMs };
}

function withLine(held: Reconciliation, line: ReconciliationLine): Reconciliation {
  return { ...held, lines: [line, ...held.lines], problems: [...line.problems, ...held.problems] };
}

const LOOK_EVERY_MS = 250;
/** A function's last log lines may arrive shortly after its response. */
const LAST_LINES_MS = 500;

/**
 * Waits until the queues of a stage are empty, or make no progress; then writes the records that
 * Firehose has buffered.
 */
export async function drainQueues(
  stage: Stage,
  onWaiting: (records: number) => void = () => undefined,
  stallMs = STALL_MS,
): Promise<void> {
  let last = Number.NaN;
  let movedAtMs = performance.now();
  for (;;) {
    const waiting = await waitingRecords(stage);
    if (waiting !== last) movedAtMs = performance.now();
    last = waiting;
    onWaiting(waiting);
    if (waiting === 0 || performance.now() - movedAtMs > stallMs) break;
    await pause(LOOK_EVERY_MS);
  }
  await pause(LAST_LINES_MS);
  await stage.flush();
}

/**
 * Returns the number of records in the queues of a stage, including those in flight and failed ones
 * that will be retried. Nothing here waits for a queue that a function somewhere else reads.
 */
export async function waitingRecords({ clients, provisioned, functions }: Stage): Promise<number> {
  const depths = functions.map(async (name) => {
    const queue = provisioned.queues.get(name)?.queue;
    if (queue === undefined) return 0;
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ["All"] }),
    );
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes ?? {};
    return (
      Number(ApproximateNumberOfMessages ?? 0) + Number(ApproximateNumberOfMessagesNotVisible ?? 0)
    );
  });
  return (await Promise.all(depths)).reduce((sum, depth) => sum + depth, 0);
}
