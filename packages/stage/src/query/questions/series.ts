import type { DataType } from "@rainhooks/core/decode/series-value";
import { notFound, type RainhooksError } from "@rainhooks/core/errors";
import { isCursorOf } from "@rainhooks/time-series/cursor";
import { kindOf, VALUE_KINDS, type ValueKind } from "@rainhooks/time-series/kind";
import { AGGREGATES, querySeries } from "@rainhooks/time-series/query";
import { describeSeries, type ListedSeries, listSeries } from "@rainhooks/time-series/read-points";
import type { Point } from "@rainhooks/time-series/series-keys";
import { INTERVALS, WEEKDAYS } from "@rainhooks/time-series/windows";
import * as v from "valibot";
import { wrongPage } from "../pages/page-token.ts";
import {
  choice,
  flag,
  limitOf,
  optionalChoice,
  requiredText,
  time,
  timezone,
} from "../params/kinds.ts";
import { requireOrder } from "../params/range.ts";
import { defineQuestion, type QueryContext } from "../question.ts";
import { about, jsonValue, listOf, optional, timeMs } from "../results/json.ts";
import { NODE } from "./nodes.ts";

const MAX_NAME_LENGTH = 256;
const MAX_SERIES = 1000;
const MAX_VALUES = 10_000;
/** Maximum number of names that an error lists. */
const MAX_NAMES_SHOWN = 20;

const DATA_TYPES = [
  "int",
  "float",
  "bool",
  "string",
  "array",
  "object",
] as const satisfies readonly DataType[];

const seriesList = v.object({
  nodeId: v.string(),
  series: listOf(
    v.object({
      name: v.string(),
      kinds: about(listOf(v.picklist(VALUE_KINDS)), "Kinds of values that the series has had."),
      dataType: v.optional(v.picklist(DATA_TYPES)),
      last: v.optional(v.object({ atMs: timeMs, value: jsonValue })),
    }),
  ),
});

const seriesValues = v.object({
  nodeId: v.string(),
  series: v.string(),
  kind: optional(v.picklist(VALUE_KINDS), "Kind of the values; absent if all kinds are returned."),
  aggregate: v.picklist(AGGREGATES),
  fromMs: timeMs,
  toMs: timeMs,
  values: listOf(
    v.object({
      atMs: about(timeMs, "Time of the point, or start of the window; epoch milliseconds."),
      endMs: optional(timeMs, "End of the window (exclusive), epoch milliseconds."),
      value: jsonValue,
      count: v.optional(
        v.pipe(v.number(), v.integer(), v.description("Number of points in the window.")),
      ),
      min: optional(v.number(), "Beside an average: the lowest value of the window."),
      max: optional(v.number(), "Beside an average: the highest value of the window."),
    }),
  ),
});

/** Lists the series of a node, each with its newest point. */
export const listSeriesQuestion = defineQuestion({
  name: "listSeries",
  path: "/v1/nodes/{node}/series",
  summary: "Series of a node, each with its last value and the time of that value",
  params: {
    node: NODE,
    limit: limitOf("series", MAX_SERIES, 100),
  },
  paged: true,
  result: seriesList,
  find: async ({ node, limit }, context) => {
    const { stores, nowMs, after } = context;
    const listed = await requireSeries(node, context);
    const names = listed.map(({ name }) => name);
    const kinds = new Map(listed.map(({ name, kinds }) => [name, kinds]));
    if (after !== undefined && !names.includes(after)) throw wrongPage();
    const first = after === undefined ? 0 : names.indexOf(after) + 1;
    const pageNames = names.slice(first, first + limit);
    const series = await describeSeries(stores.series, node, pageNames, nowMs);
    return {
      result: {
        nodeId: node,
        series: series.map(({ name, last }) => ({
          name,
          kinds: kinds.get(name) ?? [],
          ...(last === undefined
            ? {}
            : { dataType: last.dataType, last: { atMs: last.atMs, value: last.value } }),
        })),
      },
      next: first + limit < names.length ? pageNames.at(-1) : undefined,
    };
  },
});

/** Returns the points of a series, or aggregates of its windows. */
export const seriesValuesQuestion = defineQuestion({
  name: "getValues",
  path: "/v1/nodes/{node}/values",
  summary: "Points of a series, or an aggregate per minute, hour, day, week, month or year",
  params: {
    node: NODE,
    series: requiredText({
      description: "Name of the series.",
      placeholder: "series",
      maxLength: MAX_NAME_LENGTH,
    }),
    from: time({ description: "Start of the range, inclusive. Default: the first point." }),
    to: time({
      description:
        "End of the range, exclusive. Default: now, or just after the last point if that is later.",
    }),
    kind: optionalChoice(
      {
        description:
          "Kind of values. Default: all kinds for raw points; for aggregates and differences numbers, if the series has any.",
        placeholder: "kind",
      },
      VALUE_KINDS,
    ),
    aggregate: choice(
      {
        description:
          "Raw points, or an aggregate of each window. Strings and booleans have no min, max, avg or sum.",
        placeholder: "function",
      },
      AGGREGATES,
      "raw",
    ),
    interval: choice(
      { description: "Length of a window.", placeholder: "length" },
      INTERVALS,
      "day",
    ),
    timezone: timezone({
      description: "Time zone of the windows, an IANA name such as Europe/Berlin.",
    }),
    weekStart: choice(
      { description: "First day of a week.", placeholder: "day" },
      WEEKDAYS,
      "monday",
    ),
    differential: flag({
      description: "Return the change from the previous value instead of the value.",
    }),
    resetOnNegative: flag({
      description:
        "With differential: replace a negative change (a counter was reset) by the value itself.",
    }),
    newestFirst: flag({ description: "Newest values first." }),
    limit: limitOf("values", MAX_VALUES, 1000),
  },
  paged: true,
  result: seriesValues,
  find: async (params, context) => {
    const {
      node,
      series,
      from = 0,
      aggregate,
      interval,
      timezone: zone,
      weekStart,
      ...rest
    } = params;
    const { stores, nowMs } = context;
    const { last, kinds } = await requirePoint(node, series, context);
    const { toMs, kind, after } = placeIn(context.after, params) ?? {
      toMs: params.to ?? Math.max(nowMs, (last?.atMs ?? 0) + 1),
      kind: params.kind ?? defaultKind(aggregate === "raw" && !params.differential, kinds),
      after: undefined,
    };
    requireOrder(from, toMs, params.to);
    if (after !== undefined && !isCursorOf(after, { aggregate, fromMs: from, toMs }))
      throw wrongPage();
    const { values, next } = await querySeries(
      stores.series,
      {
        nodeId: node,
        name: series,
        kind,
        fromMs: from,
        toMs,
        aggregate,
        calendar: { interval, timezone: zone, weekStart },
        differential: rest.differential,
        resetOnNegative: rest.resetOnNegative,
        newestFirst: rest.newestFirst,
        limit: rest.limit,
        after,
      },
      nowMs,
    );
    return {
      result: {
        nodeId: node,
        series,
        ...(kind === undefined ? {} : { kind }),
        aggregate,
        fromMs: from,
        toMs,
        values,
      },
      next: next === undefined ? undefined : `${toMs} ${kind ?? EVERY_KIND} ${next}`,
    };
  },
});

/** Returns `undefined` (all kinds) for raw points; otherwise numbers, if the series has any. */
function defaultKind(raw: boolean, kinds: readonly ValueKind[]): ValueKind | undefined {
  if (raw) return undefined;
  return kinds.includes("number") ? "number" : (kinds[0] ?? "number");
}

const EVERY_KIND = "every";

/**
 * Splits a cursor into the end of the range and the kind of values of the first page, and the
 * cursor in the series.
 */
function placeIn(
  cursor: string | undefined,
  params: { readonly to: number | undefined; readonly kind: ValueKind | undefined },
): { toMs: number; kind: ValueKind | undefined; after: string } | undefined {
  if (cursor === undefined) return undefined;
  const [to = "", word = "", ...after] = cursor.split(" ");
  const toMs = /^\d{1,15}$/.test(to) ? Number(to) : Number.NaN;
  const kind = VALUE_KINDS.find((known) => known === word);
  const fits =
    toMs === (params.to ?? toMs) &&
    (kind !== undefined || word === EVERY_KIND) &&
    (params.kind === undefined || kind === params.kind);
  if (!fits) throw wrongPage();
  return { toMs, kind, after: after.join(" ") };
}

async function requireSeries(nodeId: string, { stores }: QueryContext): Promise<ListedSeries[]> {
  const listed = await listSeries(stores.series, nodeId);
  if (listed.length > 0) return listed;
  throw unknownNode(nodeId);
}

function unknownNode(nodeId: string): RainhooksError {
  return notFound(
    `Node ${nodeId} is unknown, or has sent no readings that pass the filters. Ids are case-sensitive.`,
  );
}

/**
 * Returns the last point of a series, `undefined` if all its points have expired, and the kinds of
 * its values.
 */
async function requirePoint(
  nodeId: string,
  name: string,
  context: QueryContext,
): Promise<{ readonly last: Point | undefined; readonly kinds: readonly ValueKind[] }> {
  const { stores, nowMs } = context;
  const [listed, [series]] = await Promise.all([
    listSeries(stores.series, nodeId),
    describeSeries(stores.series, nodeId, [name], nowMs),
  ]);
  const found = listed.find((candidate) => candidate.name === name);
  const last = series?.last;
  if (found !== undefined) return { last, kinds: found.kinds };
  // The list of a node that was erased and has come back is written again within a day.
  if (last !== undefined) return { last, kinds: [kindOf(last.dataType)] };
  if (listed.length === 0) throw unknownNode(nodeId);
  const names = listed.map((candidate) => candidate.name);
  const shown = names.slice(0, MAX_NAMES_SHOWN).join(", ");
  throw notFound(
    `Node ${nodeId} has no series ${name}. It has: ${shown}${names.length > MAX_NAMES_SHOWN ? ", …" : ""}.`,
  );
}
