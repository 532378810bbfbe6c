import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Stage } from "@rainhooks/local-aws";

/** Options for waiting until a stage has handled its queues. */
export interface SettleOptions {
  /** Give up after this long without progress. */
  readonly stallMs: number;
  readonly onWaiting: (waiting: number) => void;
}

const LOOK_EVERY_MS = 250;
/** A function's last log lines may arrive shortly after its response. */
const LAST_LINES_MS = 500;

/**
 * Waits until the queues of a stage are empty, or make no progress; then writes the records that Firehose has buffered. Returns the
 * maximum memory in MiB.
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

/** Returns the number of records in the queues of a stage, including those in flight and failed ones that will be retried. */
export async function waitingRecords({ clients, provisioned }: Stage): Promise<number> {
  const depths = [...provisioned.queues.values()].map(async ({ queue }) => {
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
