import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { type SubscriptionScope, selectorOf } from "../replay/select.ts";
import { stableText } from "./stable-text.ts";

/** What a webhook subscribed to, from a time of publishing on. */
export interface SubscriptionPeriod {
  /** Epoch milliseconds. */
  readonly fromMs: number;
  /**
   * What it may have subscribed to: one if that is known, those before and after a change that is not in
   * force everywhere, none if nothing is known.
   */
  readonly possible: readonly SubscriptionScope[];
}

/** What a webhook subscribed to, as it was written by a deployment. */
export interface SubscriptionVersion {
  /** When it was written, epoch milliseconds. */
  readonly atMs: number;
  /** `undefined` if it does not say that. */
  readonly subscribed: SubscriptionScope | undefined;
}

/**
 * In which time SNS has applied a new filter policy. Source: Amazon SNS developer guide, "Amazon SNS
 * subscription filter policies".
 */
const APPLIED_MS = 15 * MINUTE_MS;

/**
 * Returns what a webhook subscribed to, by time. A deployment changes subscriptions some minutes before it
 * writes what they are.
 *
 * @param versions In the order of their times.
 * @param isWhole True if there were none before these.
 */
export function subscriptionPeriods(
  versions: readonly SubscriptionVersion[],
  isWhole: boolean,
): SubscriptionPeriod[] {
  const known = ({ subscribed }: SubscriptionVersion) => (subscribed === undefined ? [] : [subscribed]);
  const [first] = versions;
  if (first === undefined) return [{ fromMs: 0, possible: [] }];
  const periods: SubscriptionPeriod[] = isWhole
    ? [{ fromMs: 0, possible: known(first) }]
    : [
        { fromMs: 0, possible: [] },
        { fromMs: first.atMs + APPLIED_MS, possible: known(first) },
      ];
  let before = first;
  for (const next of versions.slice(1)) {
    if (stableText(before.subscribed ?? null) !== stableText(next.subscribed ?? null)) {
      const isEither = before.subscribed !== undefined && next.subscribed !== undefined;
      const either = isEither ? [...known(before), ...known(next)] : [];
      periods.push({ fromMs: next.atMs - APPLIED_MS, possible: either });
      periods.push({ fromMs: next.atMs + APPLIED_MS, possible: known(next) });
    }
    before = next;
  }
  return withoutOverlaps(periods);
}

/** Two changes within half an hour: in between, everything is possible. */
function withoutOverlaps(periods: readonly SubscriptionPeriod[]): SubscriptionPeriod[] {
  let endMs = Number.NEGATIVE_INFINITY;
  return periods.map((period) => {
    const isLate = period.fromMs < endMs;
    endMs = Math.max(endMs, period.fromMs);
    return isLate ? { fromMs: endMs, possible: [] } : period;
  });
}

/** Whether a webhook got a delivery, by its subscriptions of then. `unknown`: these are not known. */
export type SubscriptionVerdict = "got" | "not" | "unknown";

/**
 * Makes a function that returns whether a webhook got a delivery, of those in a range of times of publishing.
 */
export function subscriptionJudge(
  range: { readonly webhook: string; readonly fromMs: number; readonly toMs: number },
  periods: readonly SubscriptionPeriod[],
): (delivery: Delivery) => SubscriptionVerdict {
  const judges = periods
    .map(({ fromMs, possible }) => ({
      fromMs,
      selectors: possible.map((subscribed) => selectorOf(range, subscribed)),
    }))
    .reverse();
  return (delivery) => {
    const { sentAtMs } = delivery;
    if (sentAtMs < range.fromMs || sentAtMs >= range.toMs) return "not";
    const { selectors = [] } = judges.find(({ fromMs }) => fromMs <= sentAtMs) ?? {};
    const count = selectors.filter((selector) => selector(delivery) !== undefined).length;
    if (selectors.length > 0 && count === 0) return "not";
    return selectors.length > 0 && count === selectors.length ? "got" : "unknown";
  };
}
