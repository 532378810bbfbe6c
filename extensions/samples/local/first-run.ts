import { SECOND_MS } from "@rainhooks/core/durations";
import { fillPastSamples } from "@rainhooks/node-status/fleet/past-samples";
import { fleetSamplesTable, nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import type { FirstRunContext, FirstRunStep } from "@rainhooks/stage/first-run";
import { tableOf } from "@rainhooks/stage/stage-access";

const SAMPLE_EVERY_MS = 900 * SECOND_MS;

/** Stores the samples that the stage would have taken while the fleet lived. */
export async function beginStep({ reach }: FirstRunContext): Promise<FirstRunStep> {
  return {
    afterFleet: async (fromMs) => {
      const access = await reach();
      await fillPastSamples({
        client: access.clients.dynamodb,
        tableName: tableOf(access, nodeStatusTable.name),
        samplesTableName: tableOf(access, fleetSamplesTable.name),
        fromMs,
        toMs: Date.now() - SAMPLE_EVERY_MS,
        everyMs: SAMPLE_EVERY_MS,
      });
    },
  };
}
