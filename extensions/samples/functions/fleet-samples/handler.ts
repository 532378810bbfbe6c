import { SNSClient } from "@aws-sdk/client-sns";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { takeSample } from "@rainhooks/node-status/fleet/take-sample";
import { customMetrics } from "@rainhooks/webhook/observe/metrics";
import { type Run, runHandler } from "@rainhooks/webhook/run-handler";
import { storeClient } from "@rainhooks/webhook/store-client";
import { lookForSubscriptions } from "./gone-subscriptions.ts";
import { fleetSamples, SUBSCRIPTIONS_GONE } from "./scheduled.ts";

export const handler = runHandler(fleetSamples, ({ resources, settings, stage }) => {
  const client = storeClient(fleetSamples, resources);
  const clients = new Map<string, SNSClient>();

  function clientOf(region: string): SNSClient {
    const known = clients.get(region) ?? new SNSClient({ ...AWS_CLIENT_OPTIONS, region });
    clients.set(region, known);
    return known;
  }

  async function sample({ nowMs, log }: Parameters<Run>[0]) {
    const { all, online, offline, unknown } = await takeSample({
      client,
      tableName: resources.nodeStatus,
      samplesTableName: resources.fleetSamples,
      nowMs,
      countAllEveryMs: settings.countAllEvery,
      keepDays: settings.keepDays,
      onStaleCount: (error) =>
        log(
          "warn",
          "All nodes could not be counted: the sample has only those that are not online",
          {
            error,
          },
        ),
    });
    return { all, online, offline, unknown };
  }

  async function lookFor({ nowMs, log }: Parameters<Run>[0]): Promise<void> {
    const { gone, unknown } = await lookForSubscriptions(resources.subscriptions, clientOf);
    if (gone.length > 0) log("error", "Subscriptions are gone", { gone });
    if (unknown.length > 0)
      log("warn", "Subscriptions of these topics cannot be read", { unknown });
    console.log(
      customMetrics({ Stage: stage }, { [SUBSCRIPTIONS_GONE]: ["Count", gone.length] }, nowMs),
    );
  }

  return async (context) => {
    const [counts] = await Promise.all([sample(context), lookFor(context)]);
    return counts;
  };
});
