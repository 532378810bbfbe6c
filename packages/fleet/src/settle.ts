import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Stage } from "@rainhooks/local-aws";

/** How to wait for a stage to work off what is in its queues. */
export interface SettleOptions {
  /** Given up when nothing moved for this long. */
  readonly stallMs: number;
  readonly onWaiting: (waiting: number) => void;
}

const LOOK_EVERY_MS = 250;
/** What a function wrote may arrive a moment after its answer. */
const LAST_LINES_MS = 500;

/**
 * Waits until the queues of a stage are empty, or nothing moves any more; then writes out what Firehose has buffered.
 * Answers the most memory seen, MiB.
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

/** Records in the queues of a stage, those included that a function is working on or that failed and will come again. */
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
