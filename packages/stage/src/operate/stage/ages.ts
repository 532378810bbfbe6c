import { MINUTE_MS } from "@rainhooks/core/durations";
import { clientOptions } from "../../account.ts";
import { queueNameOf } from "../../stage-access.ts";

/** A metric that is an age. */
export interface Age {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly name: string;
  readonly value: string;
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

/** Metrics of SQS and Firehose come some minutes late. */
const LOOK_BACK_MS = 10 * MINUTE_MS;

/** Asks CloudWatch for the newest maximum of metrics that are ages, in seconds. */
export async function maxAgesS(region: string, ages: readonly Age[]): Promise<number[]> {
  const { CloudWatchClient, GetMetricDataCommand } = await import("@aws-sdk/client-cloudwatch");
  const client = new CloudWatchClient(clientOptions({ region }));
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
