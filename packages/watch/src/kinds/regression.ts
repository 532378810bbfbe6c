import type { MarkCounts } from "../regression/counts.ts";
import type { Sums } from "../regression/sums.ts";
import type { RegressionRule } from "../rule/rule.ts";

/** The lower bound of the ratio must be greater than this, so that chance alone is no alarm. */
const MIN_BOUND = 1.2;
/** One-sided bound with 99 % confidence: standard deviations of a normal distribution. */
const DEVIATIONS = 2.326;
/** Added to the events of the others: without any, a ratio would be infinite. */
const HALF = 0.5;

/** How much more often something happens with a firmware than with the others. */
export interface FirmwareComparison {
  /** How many times as often, per hour online. */
  readonly ratio: number;
  /** The true ratio is greater than this, with 99 % confidence. */
  readonly bound: number;
}

/**
 * Compares a firmware with the others; `undefined` if there are too few nodes or events. The hour with most events is left out, so that one outage of a
 * site is no regression.
 */
export function compareFirmware(
  { nodes, count }: Pick<RegressionRule, "nodes" | "count">,
  { own, others, busiest }: MarkCounts,
): FirmwareComparison | undefined {
  const [hits, hours] = [own.hits - busiest.hits, own.hours - busiest.hours];
  const otherHits = others.hits + HALF;
  if (own.nodes < nodes || others.nodes < nodes || hits < count || hours <= 0 || others.hours <= 0)
    return undefined;
  const ratio = hits / hours / (otherHits / others.hours);
  const variance = spread(own) / hits + spread(others) / otherHits;
  return { ratio, bound: ratio * Math.exp(-DEVIATIONS * Math.sqrt(variance)) };
}

/** Returns true if a comparison is an alarm. */
export function isRegression(
  { ratio }: Pick<RegressionRule, "ratio">,
  compared: FirmwareComparison,
): boolean {
  return compared.ratio >= ratio && compared.bound > MIN_BOUND;
}

/**
 * Returns by how much the number of events varies more than if each came by chance: 1 if nodes are alike, and more if a few of them have most events, as
 * nodes with bad Wi-Fi do.
 */
function spread({ hits, hours, hitsSquared, hitsHours, hoursSquared }: Sums): number {
  if (hits <= 0 || hours <= 0) return 1;
  const rate = hits / hours;
  return Math.max(1, (hitsSquared - 2 * rate * hitsHours + rate * rate * hoursSquared) / hits);
}
