import { hrefTo } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { useGet, useReading } from "@rainhooks/page/live";
import type { NodeAnnotations } from "@rainhooks/page/node/annotations";
import type { Range } from "@rainhooks/page/node/range";
import { safeText } from "@rainhooks/page/text.jsx";
import { nowMs, timeText } from "@rainhooks/page/time";
import { boundsOf } from "../rule/rule-text.ts";
import type { AlarmOfPage, AlarmsResult } from "./alarms.ts";
import type { RulesResult } from "./rules.tsx";

const ALARMS_EVERY_MS = 10_000;
const RULES_EVERY_MS = 60_000;

/** Returns what alarms and rules draw on the page of a node, while it is shown. */
export function useAlarmAnnotations(node: string, { fromMs, toMs }: Range): NodeAnnotations {
  const { result: rules } = useGet<RulesResult>("/v1/watch-rules", {}, RULES_EVERY_MS);
  const read = (signal: AbortSignal, params: object) =>
    get<AlarmsResult>("/v1/alarms", { ...params, node, limit: 1000 }, signal);
  // Those that were raised in the range, and those that last since before it.
  const { result: alarms = [] } = useReading(
    async (signal) => {
      const [raised, open] = await Promise.all([
        read(signal, { state: "all", from: fromMs, to: toMs }),
        read(signal, { state: "open" }),
      ]);
      const byId = new Map([...open.alarms, ...raised.alarms].map((one) => [one.alarmId, one]));
      return [...byId.values()].filter(
        ({ raisedMs, retractedMs }) => retractedMs === undefined && raisedMs < toMs,
      );
    },
    ALARMS_EVERY_MS,
    [node, fromMs, toMs],
  );
  // The page does not evaluate the CEL of rules that are about some nodes.
  const holding = (rules?.rules ?? []).filter(({ status }) => status !== "paused");
  const ofAll = holding.map(({ rule }) => rule as object).filter((rule) => !("where" in rule));
  return annotationsOf(alarms, ofAll);
}

/** Returns what alarms of a node and rules about series draw. */
export function annotationsOf(
  alarms: readonly AlarmOfPage[],
  rules: readonly object[],
): NodeAnnotations {
  return {
    markers: alarms.map(({ alarmId, rule, severity, raisedMs, endMs, state }) => {
      const ended = endMs === undefined ? "" : `, ended ${timeText(endMs)}`;
      return {
        key: alarmId,
        atMs: raisedMs,
        sign: "■",
        kind: "alarm",
        href: hrefTo("alarms", alarmId),
        title: `${safeText(rule)} (${severity}), ${state}${ended}`,
      };
    }),
    bounds: rules.flatMap((rule) =>
      "series" in rule
        ? boundsOf(rule).map((bound) => ({ ...bound, series: String(rule.series) }))
        : [],
    ),
    shaded: alarms.map(({ series, startMs, endMs }) => {
      return { series, fromMs: startMs, toMs: endMs ?? nowMs.value };
    }),
  };
}
