import { RainhooksError } from "@rainhooks/core";
import {
  AGGREGATES,
  describeSeries,
  INTERVALS,
  isPlaceOf,
  type ListedSeries,
  listSeries,
  type Point,
  querySeries,
  VALUE_KINDS,
  type ValueKind,
  WEEKDAYS,
} from "@rainhooks/time-series";
import { seriesList, seriesValues } from "../answers/series.ts";
import { wrongPage } from "../pages/page-token.ts";
import { choice, flag, optionalChoice, requiredText, time, timezone, wholeNumber } from "../params/kinds.ts";
import { requireOrder } from "../params/range.ts";
import { type Asking, defineQuestion } from "../question.ts";
import { NODE } from "./nodes.ts";

const MAX_NAME_LENGTH = 256;
const MAX_SERIES = 1000;
const MAX_VALUES = 10_000;
/** Names that an error lists. */
const NAMES_SHOWN = 20;

/** The series that a node has, each with its newest point. */
export const listSeriesQuestion = defineQuestion({
  name: "listSeries",
  path: "/v1/nodes/{node}/series",
  summary: "The series of a node, each with its last value and when that was",
  params: {
    node: NODE,
    limit: wholeNumber(
      { description: "Series at most.", placeholder: "count" },
      { min: 1, max: MAX_SERIES, fallback: 100 },
    ),
  },
  paged: true,
  answer: seriesList,
  find: async ({ node, limit }, asking) => {
    const { stores, nowMs, after } = asking;
    const listed = await requireSeries(node, asking);
    const names = listed.map(({ name }) => name);
    const kinds = new Map(listed.map((one) => [one.name, one.kinds]));
    if (after !== undefined && !names.includes(after)) throw wrongPage();
    const first = after === undefined ? 0 : names.indexOf(after) + 1;
    const some = names.slice(first, first + limit);
    const series = await describeSeries(stores.series, node, some, nowMs);
    return {
      answer: {
        nodeId: node,
        series: series.map(({ name, last }) => ({
          name,
          kinds: kinds.get(name) ?? [],
          ...(last === undefined
            ? {}
            : { dataType: last.dataType, last: { atMs: last.atMs, value: last.value } }),
        })),
      },
      next: first + limit < names.length ? some.at(-1) : undefined,
    };
  },
});

/** The points of a series, or what its windows come to. */
export const seriesValuesQuestion = defineQuestion({
  name: "getValues",
  path: "/v1/nodes/{node}/values",
  summary:
    "The points of a series, or what the points of each minute, hour, day, week, month or year come to",
  params: {
    node: NODE,
    series: requiredText({
      description: "Name of the series.",
      placeholder: "series",
      longest: MAX_NAME_LENGTH,
    }),
    from: time({ description: "Beginning, included. Default: the first point." }),
    to: time({ description: "End, not included. Default: now, or the last point if that is later." }),
    kind: optionalChoice(
      {
        description:
          "Kind of the values. Default: every kind if the points themselves are asked for; else numbers, if the series has any.",
        placeholder: "kind",
      },
      VALUE_KINDS,
    ),
    aggregate: choice(
      {
        description:
          "The points themselves, or what those of a window come to; texts and truth values have no min, max, avg, sum.",
        placeholder: "what",
      },
      AGGREGATES,
      "raw",
    ),
    interval: choice({ description: "Length of a window.", placeholder: "length" }, INTERVALS, "day"),
    timezone: timezone({ description: "Time zone whose days and hours count, as IANA names it." }),
    weekStart: choice({ description: "Day on which a week begins.", placeholder: "day" }, WEEKDAYS, "monday"),
    differential: flag({ description: "Each value less the one before it." }),
    resetOnNegative: flag({
      description: "Where a difference is negative, the value itself: a counter began anew.",
    }),
    newestFirst: flag({ description: "The newest first." }),
    limit: wholeNumber(
      { description: "Values at most.", placeholder: "count" },
      { min: 1, max: MAX_VALUES, fallback: 1000 },
    ),
  },
  paged: true,
  answer: seriesValues,
  find: async (asked, asking) => {
    const { node, series, from = 0, aggregate, interval, timezone: zone, weekStart, ...rest } = asked;
    const { stores, nowMs } = asking;
    const { last, kinds } = await requirePoint(node, series, asking);
    const { toMs, kind, after } = placeIn(asking.after, asked) ?? {
      toMs: asked.to ?? Math.max(nowMs, (last?.atMs ?? 0) + 1),
      kind: asked.kind ?? defaultKind(aggregate === "raw" && !asked.differential, kinds),
      after: undefined,
    };
    requireOrder(from, toMs, asked.to);
    if (after !== undefined && !isPlaceOf(after, { aggregate, fromMs: from, toMs })) throw wrongPage();
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
      answer: {
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

/** All kinds if points themselves are asked for; else numbers, if there are any. */
function defaultKind(points: boolean, kinds: readonly ValueKind[]): ValueKind | undefined {
  if (points) return undefined;
  return kinds.includes("number") ? "number" : (kinds[0] ?? "number");
}

const EVERY_KIND = "every";

/** A place in an answer, with the end of the time and the kind of values that the first page was about. */
function placeIn(
  place: string | undefined,
  asked: { readonly to: number | undefined; readonly kind: ValueKind | undefined },
): { toMs: number; kind: ValueKind | undefined; after: string } | undefined {
  if (place === undefined) return undefined;
  const [to = "", word = "", ...after] = place.split(" ");
  const toMs = /^\d{1,15}$/.test(to) ? Number(to) : Number.NaN;
  const kind = VALUE_KINDS.find((one) => one === word);
  const fits =
    toMs === (asked.to ?? toMs) &&
    (kind !== undefined || word === EVERY_KIND) &&
    (asked.kind === undefined || kind === asked.kind);
  if (!fits) throw wrongPage();
  return { toMs, kind, after: after.join(" ") };
}

async function requireSeries(nodeId: string, { stores }: Asking): Promise<ListedSeries[]> {
  const listed = await listSeries(stores.series, nodeId);
  if (listed.length > 0) return listed;
  throw notFound(`Node ${nodeId} has sent no readings, or there is none of this id. Ids are case-sensitive.`);
}

/** The last point of a series that there is, and the kinds of its values; its points may all have been forgotten. */
async function requirePoint(
  nodeId: string,
  name: string,
  asking: Asking,
): Promise<{ readonly last: Point | undefined; readonly kinds: readonly ValueKind[] }> {
  const { stores, nowMs } = asking;
  const [listed, [series]] = await Promise.all([
    requireSeries(nodeId, asking),
    describeSeries(stores.series, nodeId, [name], nowMs),
  ]);
  const own = listed.find((one) => one.name === name);
  if (own !== undefined) return { last: series?.last, kinds: own.kinds };
  const names = listed.map((one) => one.name);
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  throw notFound(
    `Node ${nodeId} has no series ${name}. It has: ${shown}${names.length > NAMES_SHOWN ? ", …" : ""}.`,
  );
}

function notFound(message: string): RainhooksError {
  return new RainhooksError("not-found", message, { permanent: true });
}
