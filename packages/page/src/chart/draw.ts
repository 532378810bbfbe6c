import { type ValueScale, valueScale } from "./ticks.ts";

/** A point of a chart; `null` where there is no value. */
export interface DrawnPoint {
  readonly atMs: number;
  readonly value: number | null;
  /** The lowest and the highest value that it stands for, if it is an average. */
  readonly min?: number;
  readonly max?: number;
}

/** A line that values should not cross. */
export interface DrawnBound {
  readonly value: number;
  readonly text: string;
}

/** Size of a chart in the units of its paths, which are stretched to its width. */
export const WIDTH = 1000;
export const HEIGHT = 134;
/** Points up to which each has a dot. */
const MAX_DOTS = 100;

/** Returns where a share of a length is, in units. */
export function unitsOf(share: number, of: number): string {
  return (share * of).toFixed(1);
}

/**
 * Returns the paths of a chart: its line, the dots of points that are few or alone, and the area
 * between the lowest and the highest values.
 */
export function pathsOf(
  points: readonly DrawnPoint[],
  xOf: (atMs: number) => number,
  yOf: (value: number) => number,
) {
  const at = (atMs: number, value: number) =>
    `${unitsOf(xOf(atMs), WIDTH)} ${unitsOf(yOf(value), HEIGHT)}`;
  const isGap = (index: number) => points[index]?.value == null;
  const drawn = points.flatMap(({ atMs, value }, index) => {
    if (value === null) return [];
    const place = at(atMs, value);
    const isDot = points.length < MAX_DOTS || (isGap(index - 1) && isGap(index + 1));
    return [{ line: `${isGap(index - 1) ? "M" : "L"}${place}`, dot: isDot ? `M${place}h0` : "" }];
  });
  const known = points.filter((one) => one.min !== undefined && one.max !== undefined);
  const edge = [
    ...known.map(({ atMs, max = 0 }) => at(atMs, max)),
    ...known.toReversed().map(({ atMs, min = 0 }) => at(atMs, min)),
  ];
  return {
    line: drawn.map(({ line }) => line).join(""),
    dots: drawn.map(({ dot }) => dot).join(""),
    area: edge.length === 0 ? "" : `M${edge.join("L")}z`,
  };
}

/** Room for the text of a tick, in units. */
const TICK_HEIGHT = 34;

/** Returns a scale of values with all points and bounds in it. */
export function scaleOf(points: readonly DrawnPoint[], bounds: readonly DrawnBound[]): ValueScale {
  const drawn = points.flatMap(({ value, min, max }) =>
    [value, min, max].filter((one) => one != null),
  );
  const values = [...drawn, ...bounds.map(({ value }) => value)];
  const [least, most] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  return valueScale(least, most, HEIGHT / TICK_HEIGHT);
}

/** Returns the point next to a time; of two that are as near, the later one. */
export function nearest(points: readonly DrawnPoint[], atMs: number): DrawnPoint | undefined {
  const after = points.findIndex((point) => point.atMs >= atMs);
  if (after === -1) return points.at(-1);
  const one = points[after - 1];
  const other = points[after];
  if (one === undefined || other === undefined) return other;
  return atMs - one.atMs < other.atMs - atMs ? one : other;
}
