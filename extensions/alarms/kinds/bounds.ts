import type { ThresholdRule } from "../rule/rule.ts";
import type { Judgement } from "./values.ts";

/** Returns what a value says under the bounds of a rule. */
export function judgeByBounds(
  {
    above = Number.POSITIVE_INFINITY,
    below = Number.NEGATIVE_INFINITY,
    hysteresis,
  }: Pick<ThresholdRule, "above" | "below" | "hysteresis">,
  value: unknown,
): Judgement {
  if (typeof value !== "number") return undefined;
  if (value > above || value < below) return "out";
  return value > above - hysteresis || value < below + hysteresis ? "close" : "in";
}
