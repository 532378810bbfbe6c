import { type JudgedWebhook, type SubscriptionPeriod, subscriptionPeriods } from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import type { ReachedStage } from "@rainhooks/stage";
import { type OutputsVersion, readOutputsHistory, ssmClient } from "../reach/deployed.ts";
import { targetOf } from "../replay/target.ts";

/** Returns what the webhook of a store subscribed to; of a deployed stage by time, as its deployments have said. */
export async function subscriptionsOf(
  reached: ReachedStage,
  store: Store,
): Promise<Pick<JudgedWebhook, "subscribed" | "periods">> {
  const { subscribed } = targetOf(reached, store);
  if (reached.local !== undefined) return { subscribed };
  const { stage, region } = reached.outputs;
  return { subscribed, periods: periodsOf(await readOutputsHistory(await ssmClient(region), stage), store) };
}

/** Returns what a webhook subscribed to by time, from the outputs of a stage's deployments. */
export function periodsOf(history: readonly OutputsVersion[], store: Store): SubscriptionPeriod[] {
  const versions = history.map(({ atMs, outputs }) => {
    const { replay } = outputs?.webhooks[store] ?? {};
    if (replay === undefined) return { atMs, subscribed: undefined };
    const { topics, filterPolicy } = replay;
    return { atMs, subscribed: { topics, filterPolicy } };
  });
  return subscriptionPeriods(versions, history[0]?.version === 1);
}
