import { RainhooksError } from "@rainhooks/core";
import { formatTable, formatTime } from "@rainhooks/terminal";
import {
  type Aggregate,
  describeSeries,
  type Interval,
  kindOf,
  listSeries,
  querySeries,
  type RollupReader,
  type SeriesQuery,
  type SeriesValue,
  type Weekday,
} from "@rainhooks/time-series";
import { deployedName } from "@rainhooks/webhook/define";
import { reachStage, type StageOption } from "./context.ts";

/** What is asked of a series. */
export interface SeriesOptions extends StageOption {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly aggregate: Aggregate;
  readonly interval: Interval;
  readonly timezone: string;
  readonly weekStart: Weekday;
  readonly differential: boolean;
  readonly resetOnNegative: boolean;
  readonly newest: boolean;
  readonly limit: number;
  readonly json: boolean;
}

/** Lists the series of a node, or answers a question about one. */
export async function seriesCommand(
  nodeId: string,
  name: string | undefined,
  options: SeriesOptions,
): Promise<void> {
  const { clients, stage } = await reachStage(options);
  const reader: RollupReader = {
    client: clients.dynamodb,
    tableName: deployedName(stage.stage, "time-series"),
    rollupsTableName: deployedName(stage.stage, "time-series-rollups"),
  };
  const names = await listSeries(reader, nodeId);
  if (names.length === 0)
    throw new RainhooksError("input-invalid", `No reading of a node ${nodeId} has been seen.`);
  if (name === undefined) {
    if (options.from !== undefined || options.to !== undefined) {
      throw new RainhooksError("input-invalid", "--from and --to need the name of a series.");
    }
    await showNames(reader, nodeId, names, options.json);
  } else if (names.includes(name)) await showValues(reader, nodeId, name, options);
  else {
    throw new RainhooksError(
      "input-invalid",
      `Node ${nodeId} has no series ${name}. It has: ${names.join(", ")}.`,
    );
  }
}

async function showNames(
  reader: RollupReader,
  nodeId: string,
  names: readonly string[],
  json: boolean,
): Promise<void> {
  const series = await describeSeries(reader, nodeId, names, Date.now());
  if (json) {
    console.log(JSON.stringify(series, undefined, 2));
    return;
  }
  const rows = series.map(({ name, last }) => [
    name,
    last?.dataType ?? "-",
    last === undefined ? "-" : JSON.stringify(last.value),
    last === undefined ? "-" : formatTime(last.atMs),
  ]);
  console.log(formatTable(["series", "type", "last value", "at (UTC)"], rows));
}

async function showValues(
  reader: RollupReader,
  nodeId: string,
  name: string,
  options: SeriesOptions,
): Promise<void> {
  const nowMs = Date.now();
  const [series] = await describeSeries(reader, nodeId, [name], nowMs);
  const last = series?.last;
  const { aggregate, interval, timezone, weekStart, differential, resetOnNegative, limit } = options;
  const query: SeriesQuery = {
    nodeId,
    name,
    kind: last === undefined ? "number" : kindOf(last.dataType),
    fromMs: options.from ?? 0,
    toMs: options.to ?? Math.max(nowMs, (last?.atMs ?? 0) + 1),
    aggregate,
    calendar: { interval, timezone, weekStart },
    differential,
    resetOnNegative,
    newestFirst: options.newest,
    limit,
  };
  const { values, next } = await querySeries(reader, query, nowMs);
  if (options.json) console.log(JSON.stringify(values, undefined, 2));
  else console.log(values.length === 0 ? "No points in that time." : valuesTable(values, aggregate));
  if (next !== undefined) console.error(`There is more: raise --limit, or ask for a shorter time.`);
}

/** Digits of a number that people are shown: those behind are what adding up leaves. */
const DIGITS = 12;

function valuesTable(values: readonly SeriesValue[], aggregate: Aggregate): string {
  const raw = aggregate === "raw";
  const rows = values.map(({ atMs, value, count }) => [
    formatTime(atMs),
    typeof value === "number" ? Number(value.toPrecision(DIGITS)) : JSON.stringify(value),
    ...(raw ? [] : [count ?? 0]),
  ]);
  return formatTable(raw ? ["at (UTC)", "value"] : ["from (UTC)", aggregate, "points"], rows);
}
