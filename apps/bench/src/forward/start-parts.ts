import { destinationsTable } from "@rainhooks/forwarding";
import { deployedName } from "@rainhooks/webhook/define";
import { BENCH_STAGE, startEmbeddedServices, startQuickServices } from "../processes/services.ts";
import { startReceivers } from "./receivers.ts";

/** Starts what live forwarding needs: receivers, a real table of destinations, and quick stand-ins for the other tables. */
export async function startParts() {
  const receivers = await startReceivers();
  const services = await startEmbeddedServices();
  const quick = await startQuickServices();
  return {
    receivers,
    store: {
      client: services.clients.dynamodb,
      tableName: deployedName(BENCH_STAGE, destinationsTable.name),
    },
    quick: quick.clients.dynamodb,
    stop: async () => {
      await Promise.all([services, quick, receivers].map((one) => one.stop()));
    },
  };
}
