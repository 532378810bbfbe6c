import type { OutputsVersion } from "@rainhooks/stage/deployed";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/reached";
import { targetOf } from "../replay/target.ts";
import type { Store } from "../store-names.ts";
import type { WebhookScope } from "./judged-deliveries.ts";
import type { OutputsHistory } from "./outputs-history.ts";
import { type SubscriptionPeriod, subscriptionPeriods } from "./subscription-periods.ts";

/**
 * Returns what the webhook of a store subscribed to; of a deployed stage by time, as its deployments have
 * said.
 */
export function subscriptionsOf(
  reached: StageAccess,
  store: Store,
  history: OutputsHistory,
): Pick<WebhookScope, "subscribed" | "periods"> {
  const { subscribed } = targetOf(reached, store);
  return history === undefined ? { subscribed } : { subscribed, periods: periodsOf(history, store) };
}

/** Returns what a webhook subscribed to by time, from the outputs of a stage's deployments. */
export function periodsOf(history: readonly OutputsVersion[], store: Store): SubscriptionPeriod[] {
  const versions = history.map(({ atMs, outputs }) => {
    const { replay } = (outputs && functionOf(outputs, store, "topics")) ?? {};
    if (replay === undefined) return { atMs, subscribed: undefined };
    const { topics, filterPolicy } = replay;
    return { atMs, subscribed: { topics, filterPolicy } };
  });
  return subscriptionPeriods(versions, history[0]?.version === 1);
}
