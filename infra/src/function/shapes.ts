import type { BatchShape, QueuedFunction } from "@rainhooks/webhook/define";

/** What a stage can change of a function and its queue. */
export interface ShapeChanges {
  readonly memoryMiB?: number | undefined;
  readonly timeoutS?: number | undefined;
  readonly maxConcurrency?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly windowS?: number | undefined;
  readonly queueRetentionDays?: number | undefined;
  readonly deadLetterRetentionDays?: number | undefined;
}

/** Returns the shapes of a function and its queue with the changes of a stage. A longer timeout hides records for longer. */
export function changedShapes(
  { function: shape, batch, queue }: QueuedFunction,
  changes: ShapeChanges,
): Pick<QueuedFunction, "function" | "batch" | "queue"> {
  const { memoryMiB = shape.memoryMiB, timeoutS = shape.timeoutS } = changes;
  const { batchSize: size = batch.size, windowS = batch.windowS } = changes;
  const { maxConcurrency = batch.maxConcurrency } = changes;
  return {
    function: { memoryMiB, timeoutS },
    batch: { size, windowS, maxConcurrency },
    queue: {
      ...queue,
      retentionS: inSeconds(changes.queueRetentionDays) ?? queue.retentionS,
      deadLetterRetentionS: inSeconds(changes.deadLetterRetentionDays) ?? queue.deadLetterRetentionS,
      visibilityTimeoutS: Math.max(queue.visibilityTimeoutS, 6 * timeoutS + windowS),
    },
  };
}

/**
 * @param batches How its queues invoke the function: its own, and that of replays.
 * @throws {TypeError} if SQS would invoke the function more often than it may run.
 */
export function refuseTooFewReserved(
  what: string,
  batches: readonly BatchShape[],
  reservedConcurrency: number | undefined,
): void {
  const all = batches.map(({ maxConcurrency }) => maxConcurrency);
  const needed = all.reduce((sum, one) => sum + one, 0);
  if (reservedConcurrency === undefined || reservedConcurrency >= needed) return;
  const least =
    all.length === 1
      ? `maxConcurrency (${needed})`
      : `${needed} (maxConcurrency and, for replays, ${all.slice(1).join(" + ")})`;
  throw new TypeError(
    `${what}: reservedConcurrency must be at least ${least}: SQS would invoke the function more often than it may run.`,
  );
}

const DAY_S = 86_400;

function inSeconds(days: number | undefined): number | undefined {
  return days === undefined ? undefined : Math.round(days * DAY_S);
}
