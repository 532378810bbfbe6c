import { holdsFor } from "@rainhooks/conditions/condition";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import type { NodeHistory } from "../history.ts";
import type { RateRule, ThresholdRule } from "../rule/rule.ts";
import { type Judgement, judgeByBounds, nameable, type ValueJudgement } from "./values.ts";

/** Returns what the values of a series say under a rule. */
export function thresholdJudgements(
  rule: ThresholdRule,
  { series, node }: NodeHistory,
): ValueJudgement[] {
  const { points = [] } = series ?? {};
  return points.map(({ atMs, value }) => ({
    atMs,
    judgement: judge(rule, value, node),
    value: nameable(value),
  }));
}

function judge(rule: ThresholdRule, value: unknown, node: NodeAttributes): Judgement {
  const { when } = rule;
  if (when === undefined) return judgeByBounds(rule, value);
  const verdict = holdsFor(when, value, node);
  if (verdict === "unknown") return undefined;
  return verdict ? "out" : "in";
}

/** A number of a series. */
interface NumberPoint {
  readonly atMs: number;
  readonly value: number;
}

/**
 * Returns which values of a series changed too quickly: each that differs by the amount from an
 * earlier one within the window. The lowest or highest value of the window decides, by the
 * direction.
 */
export function rateJudgements(rule: RateRule, { series }: NodeHistory): ValueJudgement[] {
  if (series === undefined) return [];
  const points = series.points.filter(
    (point): point is NumberPoint => typeof point.value === "number",
  );
  const coveredFromMs = series.complete ? 0 : (points[0]?.atMs ?? 0) + rule.windowMs;
  let first = 0;
  return points.map((point): ValueJudgement => {
    while ((points[first]?.atMs ?? point.atMs) < point.atMs - rule.windowMs) first += 1;
    const before = points.slice(first).filter(({ atMs }) => atMs < point.atMs);
    if (changes(rule, point, before)) return { ...point, judgement: "out" };
    return { ...point, judgement: point.atMs < coveredFromMs ? undefined : "in" };
  });
}

function changes(
  { change, direction }: RateRule,
  { value }: NumberPoint,
  before: readonly NumberPoint[],
): boolean {
  const values = before.map((one) => one.value);
  const rise = value - values.reduce((a, b) => Math.min(a, b), value);
  const fall = values.reduce((a, b) => Math.max(a, b), value) - value;
  return (direction !== "down" && rise >= change) || (direction !== "up" && fall >= change);
}
