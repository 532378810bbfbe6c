import type { DataPoint } from "./alarm-evaluator.ts";

/*
 * What AWS sends to CloudWatch, by the rules in docs/metrics.md. A play has no other metrics of
 * AWS. Each has a test with an example of AWS's page.
 */

/** SQS leaves out of the age of its oldest message what was received so often. */
const LEFT_OUT_RECEIVES = 3;

/** A queue at a time. */
interface QueueNow {
  readonly name: string;
  readonly messages: readonly { readonly receives: number; readonly sentAtMs: number }[];
  /** Messages that can be received. */
  readonly visible: number;
  /** Messages that were sent to it since the last time: those that SQS moved to it are none. */
  readonly sent: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** Returns the metrics that SQS publishes for a queue. */
export function sqsPoints({
  name: QueueName,
  messages,
  visible,
  sent,
  atMs,
}: QueueNow): DataPoint[] {
  const of = (name: string, value: number): DataPoint => ({
    namespace: "AWS/SQS",
    name,
    dimensions: { QueueName },
    atMs,
    value,
  });
  const ages = messages.flatMap(({ receives, sentAtMs }) =>
    receives < LEFT_OUT_RECEIVES ? [(atMs - sentAtMs) / 1000] : [],
  );
  return [
    of("ApproximateNumberOfMessagesVisible", visible),
    of("NumberOfMessagesSent", sent),
    ...(ages.length === 0 ? [] : [of("ApproximateAgeOfOldestMessage", Math.max(...ages))]),
  ];
}

/** Returns the metrics that Lambda publishes for an invocation: none without an invocation. */
export function lambdaPoints(
  FunctionName: string,
  { atMs, hasFailed }: { readonly atMs: number; readonly hasFailed: boolean },
): DataPoint[] {
  const of = (name: string, value: number): DataPoint => ({
    namespace: "AWS/Lambda",
    name,
    dimensions: { FunctionName },
    atMs,
    value,
  });
  return [of("Invocations", 1), of("Errors", hasFailed ? 1 : 0), of("Throttles", 0)];
}
