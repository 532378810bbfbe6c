import { holdsFor } from "@rainhooks/conditions/condition";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import type { NodeHistory } from "../history.ts";
import type { ThresholdRule } from "../rule/rule.ts";
import { judgeByBounds } from "./bounds.ts";
import { type Judgement, nameable, type ValueJudgement } from "./values.ts";

/** Returns what the values of a series say under a rule. */
export function thresholdJudgements(rule: ThresholdRule, { series, node }: NodeHistory): ValueJudgement[] {
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
