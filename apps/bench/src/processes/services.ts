import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-webhook-list";
import { provisionStage } from "@rainhooks/local-aws";
import { type AwsClients, localClients } from "@rainhooks/stage";
import { type Child, startChild } from "./child.ts";

/** Name of the stage whose tables and queues the benchmarks use. */
export const BENCH_STAGE = "bench";

/** Services in a process of their own. */
export interface Services {
  readonly endpoint: string;
  readonly clients: AwsClients;
  stop(): Promise<void>;
}

/** Starts the embedded services with the tables and queues of the shipped webhooks. Their data is in a temporary folder. */
export async function startEmbeddedServices(): Promise<Services> {
  const dataDir = await mkdtemp(join(tmpdir(), "bench-"));
  const { child, ready } = await startChild("embedded-services", { args: [dataDir] });
  const services = servicesOf(child, ready);
  await provisionStage(services.clients, BENCH_STAGE, SHIPPED_WEBHOOKS);
  return {
    ...services,
    stop: async () => {
      await services.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Starts services that do nothing and take 5 ms for it. */
export async function startQuickServices(): Promise<Services> {
  const { child, ready } = await startChild("quick-services", {});
  return servicesOf(child, ready);
}

function servicesOf(child: Child, ready: unknown): Services {
  const { endpoint } = ready as { readonly endpoint: string };
  const clients = localClients(endpoint);
  return {
    endpoint,
    clients,
    stop: async () => {
      for (const client of Object.values<{ destroy(): void }>({ ...clients })) client.destroy();
      await child.stop();
    },
  };
}
