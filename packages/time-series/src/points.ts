import { decodeGroup } from "./group.ts";
import { groupsByHour } from "./hours.ts";
import { kindOf } from "./kind.ts";
import type { ReadOrder, SeriesRange, TimeSeriesReader } from "./range.ts";
import { comparePointKeys, type Point, pointKeyOf } from "./series-keys.ts";

/**
 * Yields the points of a range, each once and with its pointKey, sorted by that. Points that are
 * expired at `nowMs` are skipped. The points of one UTC hour are in memory together.
 */
export async function* eachPoint(
  reader: TimeSeriesReader,
  range: SeriesRange,
  nowMs: number,
  order: ReadOrder = {},
) {
  const wanted = filterOf(range, nowMs, order);
  for await (const items of groupsByHour(reader, range, order)) {
    const points = new Map<string, Point>();
    for (const point of items.flatMap(decodeGroup)) {
      const pointKey = pointKeyOf(point);
      if (wanted(point, pointKey)) points.set(pointKey, longerLived(point, points.get(pointKey)));
    }
    const pointKeys = [...points.keys()].sort(comparePointKeys);
    for (const pointKey of order.newestFirst === true ? pointKeys.reverse() : pointKeys) {
      const point = points.get(pointKey);
      if (point !== undefined) yield { point, pointKey };
    }
  }
}

/** Returns the test for points that a read returns. */
function filterOf(
  { fromMs, toMs, kind }: SeriesRange,
  nowMs: number,
  { newestFirst = false, after }: ReadOrder,
): (point: Point, pointKey: string) => boolean {
  const follows = (pointKey: string): boolean => {
    if (after === undefined) return true;
    return newestFirst
      ? comparePointKeys(pointKey, after) < 0
      : comparePointKeys(pointKey, after) > 0;
  };
  return ({ atMs, dataType, expiresAtS }, pointKey) =>
    atMs >= fromMs &&
    atMs < toMs &&
    (kind === undefined || kindOf(dataType) === kind) &&
    (expiresAtS === undefined || expiresAtS * 1000 > nowMs) &&
    follows(pointKey);
}

/** Of the same point with different times to live, returns the one that expires last. */
function longerLived(point: Point, other: Point | undefined): Point {
  if (other === undefined || point.expiresAtS === undefined) return point;
  return other.expiresAtS === undefined || other.expiresAtS > point.expiresAtS ? other : point;
}
