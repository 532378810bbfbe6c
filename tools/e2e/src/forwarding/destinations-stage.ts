import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { startTestStage, type TestStage, unscheduledWith } from "@rainhooks/app-local/testing/test-stage";
import type { DestinationStores } from "@rainhooks/extensions/forwarding/destinations/destination-store";
import { destinationsTable } from "@rainhooks/extensions/forwarding/forwarding-tables";
import { secretStoreAt } from "@rainhooks/extensions/forwarding/secrets/store-at";
import { withShortestWaits } from "@rainhooks/local/aws/stage/short-waits";
import { requireRunningStage } from "@rainhooks/stage/stage-file";
import { setSettings } from "@rainhooks/webhook/settings/set-settings";

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
