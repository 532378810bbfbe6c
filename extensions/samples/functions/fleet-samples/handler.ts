import { takeSample } from "@rainhooks/node-status/fleet/take-sample";
import { runHandler } from "@rainhooks/webhook/run-handler";
import { storeClient } from "@rainhooks/webhook/store-client";
import { fleetSamples } from "./scheduled.ts";

export const handler = runHandler(fleetSamples, ({ resources, settings }) => {
  const client = storeClient(fleetSamples, resources);
  return async ({ nowMs, log }) => {
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
          { error },
        ),
    });
    return { all, online, offline, unknown };
  };
});
