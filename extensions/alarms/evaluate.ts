import { SECOND_MS } from "@rainhooks/core/durations";
import { type Episode, episodeOf } from "./episode.ts";
import type { NodeHistory } from "./history.ts";
import { flappingSpans, offlineSpans, silentFromMs, silentSpans } from "./kinds/connection.ts";
import { rateJudgements, thresholdJudgements } from "./kinds/value-rules.ts";
import { type RuleSpans, valueSpans } from "./kinds/values.ts";
import { afterOutages } from "./outage/hold.ts";
import { isConnectionRule, type Rule, type RuleVersion } from "./rule/rule.ts";

/**
 * Returns the alarms of a node under a version of a rule, as they are at `nowMs`: a pure function
 * of what is stored. So the order of events, their repetition and their delay do not matter, and
 * the sweep, a back-test and a check of stored alarms decide alike.
 *
 * Whether the rule is about the node (`where`) is not asked here; see {@link appliesTo}.
 */
export function evaluate(version: RuleVersion, history: NodeHistory, nowMs: number): Episode[] {
  const { rule } = version;
  const { fromMs, spans } = heldSpans(version, history);
  const subject = { nodeId: history.node.id, series: history.series?.name };
  return spans.flatMap((span) => {
    const episode = span.startMs < fromMs ? undefined : episodeOf(version, subject, span, nowMs);
    return episode === undefined ? [] : [withReason(episode, rule, history)];
  });
}

/**
 * How far apart RainMaker and AWS IoT may say that the same session ended: RainMaker's older time
 * format has whole seconds.
 */
const SAME_DISCONNECT_MS = 2 * SECOND_MS;

function withReason(episode: Episode, { kind }: Rule, { disconnect }: NodeHistory): Episode {
  if (kind !== "offline" || disconnect === undefined) return episode;
  return Math.abs(episode.startMs - disconnect.atMs) <= SAME_DISCONNECT_MS
    ? { ...episode, reason: disconnect.reason }
    : episode;
}

/**
 * Returns when a span that lasts will be an alarm if nothing happens until then, epoch
 * milliseconds; `undefined` if none will.
 */
export function nextRaisedMs(
  version: RuleVersion,
  history: NodeHistory,
  nowMs: number,
): number | undefined {
  const last = heldSpans(version, history).spans.at(-1);
  if (last === undefined || last.endMs !== undefined) return undefined;
  const raisedMs = Math.max(last.raisedMs, version.fromMs);
  return raisedMs > nowMs && Number.isFinite(raisedMs) ? raisedMs : undefined;
}

/** From which start on {@link evaluate} returns all alarms, epoch milliseconds. */
export function evaluatedFromMs(rule: Rule, history: NodeHistory): number {
  return spansUnder(rule, history).fromMs;
}

function heldSpans({ rule, fromMs }: RuleVersion, history: NodeHistory): RuleSpans {
  const known = spansUnder(rule, history);
  const { outages = [] } = history;
  if (outages.length === 0 || !isConnectionRule(rule)) return known;
  return { ...known, spans: known.spans.map((span) => afterOutages(span, rule, fromMs, outages)) };
}

function spansUnder(rule: Rule, history: NodeHistory): RuleSpans {
  const { fromMs } = history;
  switch (rule.kind) {
    case "offline":
      return { fromMs, spans: offlineSpans(rule, history) };
    case "silent":
      return { fromMs: silentFromMs(history), spans: silentSpans(rule, history) };
    case "flapping":
      return { fromMs, spans: flappingSpans(rule, history) };
    case "threshold":
      return valueSpans(thresholdJudgements(rule, history), history, rule.forMs);
    case "rate":
      return valueSpans(rateJudgements(rule, history), history, 0);
    case "outage":
      return { fromMs, spans: [] };
  }
}
