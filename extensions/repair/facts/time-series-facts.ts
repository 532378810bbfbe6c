import type { Attributes } from "@rainhooks/dynamodb/key";
import { refusalOf } from "@rainhooks/dynamodb/limits";
import { decodeGroup, encodeGroups } from "@rainhooks/time-series/group";
import { putsOf } from "@rainhooks/time-series/puts";
import {
  decodeSeriesListItem,
  LIST_AGAIN_MS,
  pointKeyOf,
  timeIn,
} from "@rainhooks/time-series/series-keys";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import type { Fact, FactModel } from "./fact-model.ts";
import { describeWrong, isWrong, wrongAttributes } from "./wrong-attributes.ts";

/** What is stored of a point besides its pointKey. */
interface StoredPoint {
  /** Days to live; 0: it is never deleted. */
  readonly days: number;
  readonly expiresAtS: number | undefined;
}

/** What follows of an entry of a node's list. */
interface ListedSeries {
  /** When the first archived event with the series was published; absent in the table. */
  readonly firstMs?: number;
}

const POINT = "point ";
const LISTED = "series ";

/**
 * Returns how the points of series are made of events, and read from the items of the table. How
 * points are grouped in items makes no difference.
 *
 * @param retentionDays Days to live of points whose nodes send none.
 */
export function timeSeriesFacts(retentionDays: number): FactModel {
  return {
    factsOf: (event) => {
      if (event.type !== "rmaker.event.node_ts_data") return [];
      const puts = putsOf(event, retentionDays, { isListed: () => false });
      return puts
        .filter((item) => refusalOf(timeSeriesTable.name, timeSeriesTable, item) === undefined)
        .flatMap((item) => factsIn(item))
        .map((fact) =>
          fact.name.startsWith(LISTED) ? { ...fact, value: { firstMs: event.sentAtMs } } : fact,
        );
    },
    factsIn: (_, item) => [...factsIn(item), ...wrongIn(item)],
    join: (name, a, b) =>
      name.startsWith(POINT)
        ? longerLived(a as StoredPoint, b as StoredPoint)
        : earlier(a as ListedSeries, b as ListedSeries),
    // A list of series that was erased with its node is written again when the node has come back.
    isAwaited: (name, value, readAtMs) =>
      name.startsWith(LISTED) && readAtMs < ((value as ListedSeries).firstMs ?? 0) + LIST_AGAIN_MS,
    expiresAtMs: (_, value) => {
      const { expiresAtS } = value as Partial<StoredPoint>;
      return expiresAtS === undefined ? undefined : expiresAtS * 1000;
    },
    partsOf: (name, value) => [{ value, atMs: timeOf(name) }],
    saysWrong: isWrong,
    describe: (name) => {
      if (isWrong(name)) return describeWrong(name);
      if (name.startsWith(LISTED)) return `the list's entry of ${name}`;
      const [series, pointKey] = partsOfName(name);
      const [, value] = pointKey.split("#");
      return `point of ${series} at ${new Date(timeIn(pointKey)).toISOString()}: ${value}${pointKey.slice(`${pointKey.split("#")[0]}#${value}`.length)}`;
    },
  };
}

function factsIn(item: Attributes): Fact[] {
  const { nodeId, series } = seriesIn(item);
  if (series === undefined) {
    const { name, kind } = decodeSeriesListItem(item);
    return [{ nodeId, name: `${LISTED}${name} of ${kind}`, value: {} }];
  }
  const days = daysIn(item);
  return decodeGroup(item).map((point) => ({
    nodeId,
    name: `${POINT}${JSON.stringify([series, pointKeyOf(point)])}`,
    value: { days, expiresAtS: point.expiresAtS },
  }));
}

/**
 * Finds attributes that a group with these points and days to live would not have; extensions add
 * others.
 */
function wrongIn(item: Attributes): Fact[] {
  const { nodeId, series = "" } = seriesIn(item);
  const [right = {}] = encodeGroups(
    nodeId,
    { name: series, records: decodeGroup(item) },
    daysIn(item),
  );
  const of = `the item ${item["group"]?.S ?? ""} of ${series || "the list"}`;
  return wrongAttributes(nodeId, of, ofGroup(item), ofGroup(right));
}

function ofGroup({ data, days, expiresAtS }: Attributes) {
  return { data, days, expiresAtS };
}

/** Returns of what an item is; without a series it is of the node's list. */
function seriesIn(item: Attributes): { readonly nodeId: string; readonly series?: string } {
  const key = item["series"]?.S ?? "";
  const end = key.indexOf("#");
  return end < 0
    ? { nodeId: decoded(key) }
    : { nodeId: decoded(key.slice(0, end)), series: key.slice(end + 1) };
}

function daysIn(item: Attributes): number {
  return Number(item["days"]?.S ?? 0);
}

function decoded(nodeId: string): string {
  try {
    return decodeURIComponent(nodeId);
  } catch {
    // Not written by us.
    return nodeId;
  }
}

function longerLived(a: StoredPoint, b: StoredPoint): StoredPoint {
  if (a.expiresAtS === undefined || b.expiresAtS === undefined)
    return a.expiresAtS === undefined ? a : b;
  return a.expiresAtS >= b.expiresAtS ? a : b;
}

function earlier(a: ListedSeries, b: ListedSeries): ListedSeries {
  const { firstMs } = b;
  return a.firstMs !== undefined && firstMs !== undefined && firstMs < a.firstMs ? b : a;
}

function partsOfName(name: string): readonly [series: string, pointKey: string] {
  const [series, pointKey] = JSON.parse(name.slice(POINT.length)) as [string, string];
  return [series, pointKey];
}

function timeOf(name: string): number | undefined {
  return name.startsWith(POINT) ? timeIn(partsOfName(name)[1]) : undefined;
}
