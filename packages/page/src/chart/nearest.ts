import type { DrawnPoint } from "./draw.ts";

/** Returns the point next to a time; of two that are as near, the later one. */
export function nearest(points: readonly DrawnPoint[], atMs: number): DrawnPoint | undefined {
  const after = points.findIndex((point) => point.atMs >= atMs);
  if (after === -1) return points.at(-1);
  const [one, other] = [points[after - 1], points[after]];
  if (one === undefined || other === undefined) return other;
  return atMs - one.atMs < other.atMs - atMs ? one : other;
}
