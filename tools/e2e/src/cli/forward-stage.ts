import { startTestStage, type TestStage, unscheduledWith } from "@rainhooks/app-local/testing";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-webhook-list";
import { type DestinationStores, secretStoreAt } from "@rainhooks/forwarding";
import { destinationsTable } from "@rainhooks/forwarding/table";
import { withShortestWaits } from "@rainhooks/local-aws";
import { requireRunningStage } from "@rainhooks/stage";
import { setSettings } from "@rainhooks/webhook/define";

const WEBHOOKS = ["archive", "forward"];
const WORKERS = ["attempts", "retries"];

/** A local stage that archives and forwards events, with its destinations. */
export interface ForwardStage extends TestStage {
  readonly stores: DestinationStores;
}

/**
 * Starts a local stage that archives and forwards events.
 *
 * @param allowed Subnets that are not public and may be called. @defaultValue all
 */
export async function startForwardStage(allowed?: readonly string[]): Promise<ForwardStage> {
  const running = await startTestStage({
    functions: unscheduledWith(
      SHIPPED_WEBHOOKS.filter(({ name }) => WEBHOOKS.includes(name)).map(withShortestWaits),
    ),
    settingsOf: ({ name, settings }) => {
      const values = new Map(
        allowed === undefined || !WORKERS.includes(name) ? [] : [["allowPrivate", allowed] as const],
      );
      return setSettings(settings, { values, secretPlace: () => undefined });
    },
  });
  const { outputs } = await requireRunningStage(running.dataDir);
  const tableName = outputs.tables[destinationsTable.name] ?? "";
  return {
    ...running,
    stores: {
      table: { client: running.stage.clients.dynamodb, tableName },
      secrets: secretStoreAt(outputs.parameters["destinations"] ?? ""),
    },
  };
}
