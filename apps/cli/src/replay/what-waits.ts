import { counted, durationText, MINUTE_MS, RainhooksError, SECOND_MS } from "@rainhooks/core";
import { countMessages } from "@rainhooks/operate";
import { archiveOf, queueNameOf, type ReachedStage, readOldestMessages } from "@rainhooks/stage";

/** Buffer of an archive whose stage does not say it: the default. */
const USUAL_BUFFER_S = 300;
/** Maximum time in which Firehose writes a full buffer. */
const MAX_WRITE_S = 60;
/** Age after which nothing waits in the queue of an archive of an emulator that does not say how long messages wait: what failed is tried again within half of it. */
const LOCAL_QUEUE_MS = MINUTE_MS;
/** What SNS of a local stage needs to bring a message to a queue at most. */
export const TO_QUEUE_MS = SECOND_MS;

/** Returns how long after its publishing a delivery can still be on its way to the archive, in ms, if nothing fails. */
export function onTheWayMs(reached: ReachedStage): number {
  const { bufferS = USUAL_BUFFER_S } = archiveOf(reached);
  return (bufferS + Math.min(bufferS, MAX_WRITE_S)) * SECOND_MS;
}

/** Returns what deliveries that were published before a time may still wait for; `undefined` if all of them are in the archive. */
export async function whatWaits(
  reached: ReachedStage,
  toMs: number,
  nowMs: number,
): Promise<string | undefined> {
  const readyMs = toMs + onTheWayMs(reached);
  if (nowMs < readyMs) return `the archive's buffer is written (${durationText(readyMs - nowMs + 999)})`;
  const { local } = reached;
  return local === undefined
    ? waitsInAws(reached, nowMs - toMs)
    : waitsHere(reached, local.file.endpoint, toMs, nowMs);
}

async function waitsHere(
  reached: ReachedStage,
  endpoint: string,
  toMs: number,
  nowMs: number,
): Promise<string | undefined> {
  const { queueUrl } = archiveOf(reached);
  if (queueUrl === undefined) return undefined;
  const oldest = await readOldestMessages(endpoint);
  if (oldest !== undefined) {
    const sentMs = oldest.get(queueNameOf(queueUrl)) ?? nowMs;
    return sentMs >= toMs + TO_QUEUE_MS ? undefined : queueText(nowMs - sentMs);
  }
  if (nowMs - toMs > LOCAL_QUEUE_MS) return undefined;
  const count = await countMessages(reached.clients.sqs, queueUrl);
  return count === 0
    ? undefined
    : `what waits in the archive's queue is archived (${counted(count, "delivery", "deliveries")})`;
}

/** Asks CloudWatch for the age of what waits: a busy queue is never empty. */
async function waitsInAws(reached: ReachedStage, sinceMs: number): Promise<string | undefined> {
  const { queueUrl, stream } = archiveOf(reached);
  const [heldS = 0, queuedS = 0] = await maxAgesS(reached.outputs.region, [
    {
      Namespace: "AWS/Firehose",
      MetricName: "DeliveryToS3.DataFreshness",
      name: "DeliveryStreamName",
      value: stream,
    },
    // Without a queue, SNS itself keeps what Firehose does not take, and does not say how long.
    ...(queueUrl === undefined ? [] : [ageInQueue(queueUrl)]),
  ]);
  if (queuedS * SECOND_MS > sinceMs) return queueText(queuedS * SECOND_MS);
  if (heldS * SECOND_MS > sinceMs)
    return `Firehose writes what it has held for up to ${durationText(heldS * SECOND_MS)}`;
  return undefined;
}

function queueText(ageMs: number): string {
  return `deliveries in the archive's queue are archived, which have waited for up to ${durationText(ageMs)}`;
}

/** The metric of the age of what waits in a queue. */
export function ageInQueue(queueUrl: string): Age {
  return {
    Namespace: "AWS/SQS",
    MetricName: "ApproximateAgeOfOldestMessage",
    name: "QueueName",
    value: queueNameOf(queueUrl),
  };
}

/** A metric that is an age. */
interface Age {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly name: string;
  readonly value: string;
}

/** Metrics of SQS and Firehose come some minutes late. */
const LOOK_BACK_MS = 10 * MINUTE_MS;

/** Asks CloudWatch for the newest maximum of metrics that are ages, in seconds. */
export async function maxAgesS(region: string, ages: readonly Age[]): Promise<number[]> {
  const { CloudWatchClient, GetMetricDataCommand } = await import("@aws-sdk/client-cloudwatch");
  const client = new CloudWatchClient({ region });
  const nowMs = Date.now();
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(nowMs - LOOK_BACK_MS),
      EndTime: new Date(nowMs),
      MetricDataQueries: ages.map(({ Namespace, MetricName, name, value }, index) => ({
        Id: `age${index}`,
        MetricStat: {
          Metric: { Namespace, MetricName, Dimensions: [{ Name: name, Value: value }] },
          Period: 60,
          Stat: "Maximum",
        },
      })),
    }),
  );
  return ages.map((_, index) => {
    const { Values = [] } = MetricDataResults.find(({ Id }) => Id === `age${index}`) ?? {};
    // The newest value is the first.
    return Values[0] ?? 0;
  });
}

/** Makes the error of a range whose end may not yet be in the archive. */
export function notYet(toMs: number, reached: ReachedStage, nowMs: number, waits: string): RainhooksError {
  const earlier = new Date(nowMs - onTheWayMs(reached)).toISOString();
  const to = new Date(toMs).toISOString();
  return new RainhooksError(
    "input-invalid",
    `Deliveries before ${to} may be missing until ${waits}. Use an earlier --to (such as ${earlier}), or --wait.`,
  );
}
