import { MINUTE_MS } from "@rainhooks/core/durations";
import { type OutputsVersion, readOutputsHistory, ssmClient } from "@rainhooks/stage/deployed";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { Store } from "../store-names.ts";
import { storeSettings } from "../stores.ts";
import { stableText } from "./stable-text.ts";

/**
 * In which time SNS has applied a new filter policy. Source: Amazon SNS developer guide, "Amazon SNS
 * subscription filter policies".
 */
const APPLIED_MS = 15 * MINUTE_MS;

/**
 * Returns since when the subscriptions of a store's webhook, and the settings by which it writes, are those
 * of today, epoch milliseconds: what it did before cannot be judged. The local stage keeps no deployments.
 */
export async function unchangedSinceMs(
  { local, outputs, profile }: StageAccess,
  store: Store,
): Promise<number> {
  if (local !== undefined) return 0;
  const client = await ssmClient({ region: outputs.region, profile });
  return sinceOf(await readOutputsHistory(client, outputs.stage), store);
}

/** The same, from the outputs of the deployments that SSM has kept. */
export function sinceOf(history: readonly OutputsVersion[], store: Store): number {
  const texts = history.map(({ outputs }) => outputs && inForce(outputs, store));
  const first = texts.findLastIndex((text) => text !== texts.at(-1)) + 1;
  if (texts[first] === undefined) return Number.MAX_SAFE_INTEGER;
  const { atMs = 0, version } = history[first] ?? {};
  return version === 1 ? 0 : atMs + APPLIED_MS;
}

function inForce(outputs: NonNullable<OutputsVersion["outputs"]>, store: Store): string | undefined {
  const { replay, settings = {} } = functionOf(outputs, store, "topics") ?? {};
  if (replay === undefined) return undefined;
  const { topics, filterPolicy } = replay;
  const values = storeSettings(store, (name) => Number(settings[name]?.value));
  return stableText({ topics, filterPolicy, values });
}
