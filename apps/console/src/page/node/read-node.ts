import type { ShownAlarm } from "@rainhooks/extensions/alarms/page/alarm-order";
import type { listAlarmsQuestion } from "@rainhooks/extensions/alarms/questions/alarms";
import type { listWatchRulesQuestion } from "@rainhooks/extensions/alarms/questions/watch-rules";
import { ApiError, get } from "@rainhooks/page/api";
import { useReading } from "@rainhooks/page/live";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { nodeQuestion } from "@rainhooks/stage/query/questions/nodes";
import type { listSeriesQuestion } from "@rainhooks/stage/query/questions/series";
import type { Range } from "./range.ts";
import type { ChartSeries } from "./values.ts";

const ALARMS_EVERY_MS = 10_000;
const RULES_EVERY_MS = 60_000;

/** What a page about a node shows of it. */
export interface NodeWithSeries {
  readonly node: AnswerOf<typeof nodeQuestion>;
  readonly series: readonly ChartSeries[];
}

/** Nodes of which nothing was found when their series were last asked for, and when. */
const withoutSeries = new Map<string, number>();
/** A node without readings is asked for its series again after this time. */
const ASK_AGAIN_MS = 60_000;

/** Reads a node and its series. */
export async function readNode(id: string, signal: AbortSignal): Promise<NodeWithSeries> {
  const path = `/v1/nodes/${encodeURIComponent(id)}`;
  const [node, series] = await Promise.all([
    get<NodeWithSeries["node"]>(path, {}, signal),
    readSeries(id, `${path}/series`, signal),
  ]);
  return { node, series };
}

async function readSeries(id: string, path: string, signal: AbortSignal): Promise<readonly ChartSeries[]> {
  if (Date.now() - (withoutSeries.get(id) ?? 0) < ASK_AGAIN_MS) return [];
  try {
    const { series } = await get<AnswerOf<typeof listSeriesQuestion>>(path, {}, signal);
    return series;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "not-found") throw error;
    withoutSeries.set(id, Date.now());
    return [];
  }
}

/**
 * Reads the alarms of a node that were raised in a range, or last since before it, every few seconds while a
 * component is shown.
 */
export function useNodeAlarms(node: string, { fromMs, toMs }: Range): readonly ShownAlarm[] {
  const { found } = useReading(
    async (signal) => {
      const read = (params: object) =>
        get<AnswerOf<typeof listAlarmsQuestion>>("/v1/alarms", { ...params, node, limit: 1000 }, signal);
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

const NO_ALARMS: readonly ShownAlarm[] = [];

/**
 * Reads the rules that are about all nodes: those about some say which in CEL, which the page does not
 * evaluate.
 */
export function useRulesOfAll(): readonly object[] {
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
