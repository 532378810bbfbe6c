import type { LoadedWebhook } from "@rainhooks/capacity";
import { FULL_CPU_MIB, MEASURED_MIB } from "@rainhooks/webhook/define";
import { measureHandlers } from "../memory/measure-handlers.ts";

/**
 * Returns webhooks with the times of this machine, as they would be with 1,024 MiB in Lambda: the time on a processor is longer by the
 * share of one that the function gets, and it waits for services while it computes.
 */
export async function measuredLoads(webhooks: readonly LoadedWebhook[]): Promise<readonly LoadedWebhook[]> {
  const costs = new Map((await measureHandlers()).map((cost) => [cost.name, cost]));
  return webhooks.map((webhook) => {
    const cost = costs.get(webhook.name);
    if (cost === undefined) return webhook;
    const slower = FULL_CPU_MIB / MEASURED_MIB;
    const cpuMs = (cost.fixedMs + cost.recordCpuMs * cost.batchSize) * slower;
    const waitMs = Math.max(0, cost.waitMs - (cpuMs - cpuMs / slower));
    const load = {
      ...webhook.load,
      batchMs: cost.fixedMs * slower + waitMs,
      recordMs: cost.recordCpuMs * slower,
    };
    return { ...webhook, load };
  });
}
