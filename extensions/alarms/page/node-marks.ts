import { hrefTo } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { useReading } from "@rainhooks/page/live";
import type { NodeMarks } from "@rainhooks/page/node/marks";
import type { Range } from "@rainhooks/page/node/range";
import { safeText } from "@rainhooks/page/text.jsx";
import { nowMs, timeText } from "@rainhooks/page/time";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { listWatchRulesQuestion } from "../questions/alarms.ts";
import { boundsOf } from "../rule/rule-text.ts";
import type { AlarmOfPage, AlarmsAnswer } from "./alarms.ts";

const ALARMS_EVERY_MS = 10_000;
const RULES_EVERY_MS = 60_000;

/** Returns what alarms and rules draw on the page of a node, while it is shown. */
export function useAlarmMarks(node: string, range: Range): NodeMarks {
  return marksOf(useNodeAlarms(node, range), useRulesOfAll());
}

/** Returns what alarms of a node and rules about series draw. */
export function marksOf(alarms: readonly AlarmOfPage[], rules: readonly object[]): NodeMarks {
  return {
    marks: alarms.map(({ alarmId, rule, severity, raisedMs, endMs, state }) => {
      const ended = endMs === undefined ? "" : `, ended ${timeText(endMs)}`;
      const title = `${timeText(raisedMs)}: ${safeText(rule)} (${severity}), ${state}${ended}`;
      return {
        key: alarmId,
        atMs: raisedMs,
        sign: "■",
        kind: "alarm",
        title,
        href: hrefTo("alarms", alarmId),
      };
    }),
    onSeries: (name) => ({
      bounds: rules.filter((rule) => "series" in rule && rule.series === name).flatMap(boundsOf),
      shaded: alarms
        .filter((one) => one.series === name)
        .map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs ?? nowMs.value })),
    }),
  };
}

/**
 * Reads the alarms of a node that were raised in a range, or last since before it, every few seconds while a
 * component is shown.
 */
function useNodeAlarms(node: string, { fromMs, toMs }: Range): readonly AlarmOfPage[] {
  const { found } = useReading(
    async (signal) => {
      const read = (params: object) =>
        get<AlarmsAnswer>("/v1/alarms", { ...params, node, limit: 1000 }, signal);
      const [raised, open] = await Promise.all([
        read({ state: "all", from: fromMs, to: toMs }),
        read({ state: "open" }),
      ]);
      const byId = new Map([...open.alarms, ...raised.alarms].map((one) => [one.alarmId, one]));
      return [...byId.values()].filter(
        ({ raisedMs, retractedMs }) => retractedMs === undefined && raisedMs < toMs,
      );
    },
    () => ALARMS_EVERY_MS,
    [node, fromMs, toMs],
  );
  return found ?? NO_ALARMS;
}

const NO_ALARMS: readonly AlarmOfPage[] = [];

/**
 * Reads the rules that are about all nodes: those about some say which in CEL, which the page does not
 * evaluate.
 */
function useRulesOfAll(): readonly object[] {
  const { found } = useReading<AnswerOf<typeof listWatchRulesQuestion>>(
    (signal) => get("/v1/watch-rules", {}, signal),
    () => RULES_EVERY_MS,
    [],
  );
  const rules = (found?.rules ?? [])
    .filter(({ status }) => status !== "paused")
    .map(({ rule }) => rule as object);
  return rules.filter((rule) => !("where" in rule));
}
