import { decodeGroup } from "./group.ts";
import { groupsByHour } from "./hours.ts";
import { kindOf } from "./kind.ts";
import type { ReadOrder, SeriesRange, TimeSeriesReader } from "./range.ts";
import { comparePlaces, type Point, placeOf } from "./series-keys.ts";

/** A point, and its place in its series. */
export interface PlacedPoint {
  readonly point: Point;
  readonly place: string;
}

/**
 * Yields the points of a range, each once, sorted by place. Points that are expired at `nowMs` are skipped. The points of one UTC
 * hour are in memory together.
 */
export async function* eachPoint(
  reader: TimeSeriesReader,
  range: SeriesRange,
  nowMs: number,
  order: ReadOrder = {},
): AsyncGenerator<PlacedPoint> {
  const wanted = filterOf(range, nowMs, order);
  for await (const items of groupsByHour(reader, range, order)) {
    const points = new Map<string, Point>();
    for (const point of items.flatMap(decodeGroup)) {
      const place = placeOf(point);
      if (wanted(point, place)) points.set(place, longerLived(point, points.get(place)));
    }
    const places = [...points.keys()].sort(comparePlaces);
    for (const place of order.newestFirst === true ? places.reverse() : places) {
      const point = points.get(place);
      if (point !== undefined) yield { point, place };
    }
  }
}

/** Returns the test for points that a read returns. */
function filterOf(
  { fromMs, toMs, kind }: SeriesRange,
  nowMs: number,
  { newestFirst = false, after }: ReadOrder,
): (point: Point, place: string) => boolean {
  const follows = (place: string): boolean => {
    if (after === undefined) return true;
    return newestFirst ? comparePlaces(place, after) < 0 : comparePlaces(place, after) > 0;
  };
  return ({ atMs, dataType, expiresAtS }, place) =>
    atMs >= fromMs &&
    atMs < toMs &&
    (kind === undefined || kindOf(dataType) === kind) &&
    (expiresAtS === undefined || expiresAtS * 1000 > nowMs) &&
    follows(place);
}

/** Of the same point with different times to live, returns the one that expires last. */
function longerLived(point: Point, other: Point | undefined): Point {
  if (other === undefined || point.expiresAtS === undefined) return point;
  return other.expiresAtS === undefined || other.expiresAtS > point.expiresAtS ? other : point;
}
