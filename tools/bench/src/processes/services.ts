import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { provisionStage } from "@rainhooks/local/aws/provision/provision";
import { type AwsClients, localClients } from "@rainhooks/stage/clients";
import { startChild } from "./child.ts";

/** Name of the stage whose tables and queues the benchmarks use. */
export const BENCH_STAGE = "bench";

/** Services in a process of their own. */
export interface Services {
  readonly endpoint: string;
  readonly clients: AwsClients;
  stop(): Promise<void>;
}

/**
 * Starts the embedded services with the tables and queues of the shipped webhooks. Their data is in
 * a temporary folder.
 */
export async function startEmbeddedServices(): Promise<Services> {
  const dataDir = await mkdtemp(join(tmpdir(), "bench-"));
  const { endpoint, stop } = await startStageServices(dataDir);
  const clients = localClients(endpoint);
  await provisionStage(clients, BENCH_STAGE, SHIPPED_WEBHOOKS);
  return {
    endpoint,
    clients,
    stop: async () => {
      for (const client of Object.values<{ destroy(): void }>({ ...clients })) client.destroy();
      await stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Starts the embedded services with their data in a folder. */
export async function startStageServices(dataDir: string) {
  const { child, ready } = await startChild("stage-services", [dataDir]);
  return {
    // What that program says when it is ready.
    endpoint: (ready as { readonly endpoint: string }).endpoint,
    flush: async () => void (await child.ask("flush")),
    stop: async () => {
      await child.ask("stop");
      await child.stop();
    },
  };
}
