import type { Bins } from "@rainhooks/stage/routes/bins";
import { durationText, timeText } from "./time.ts";

const WIDTH = 360;
const HEIGHT = 40;

interface Props {
  /** What the bars are about. */
  readonly name: string;
  readonly bins: Bins;
  /** Counts in each bin, by what is counted: from the bottom. */
  readonly drawn: Readonly<Record<string, readonly number[]>>;
  /** In a row of a table: without a legend. */
  readonly isSmall?: boolean;
}

/** Counts over time: a bar for each bin of the time. */
export function Bars({ name, bins: { fromMs, binMs, count }, drawn, isSmall = false }: Props) {
  const bins = Array.from({ length: count }, (_, bin) => bin);
  const all = Object.entries(drawn);
  const most = Math.max(
    1,
    ...bins.map((bin) => all.reduce((sum, [, each]) => sum + (each[bin] ?? 0), 0)),
  );
  const sums = all.map(([what, each]) => `${sumOf(each).toLocaleString("en")} ${what}`).join(", ");
  const titleOf = (bin: number) =>
    `${timeText(fromMs + bin * binMs)}: ${all.map(([what, each]) => `${each[bin] ?? 0} ${what}`).join(", ")}`;
  const plot = (
    <svg
      class="over-time"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${name}: ${sums}, at most ${most.toLocaleString("en")} in ${durationText(binMs)}`}
    >
      {all.map(([what, counts], index) => (
        <path key={what} class={what} d={pathOf(counts, all.slice(0, index), most)} />
      ))}
      {bins.map((bin) => (
        <rect key={bin} x={(bin * WIDTH) / count} width={WIDTH / count} height={HEIGHT}>
          <title>{titleOf(bin)}</title>
        </rect>
      ))}
    </svg>
  );
  if (isSmall) return plot;
  return (
    <figure>
      {plot}
      <figcaption class="legend">
        <span>{timeText(fromMs)}</span>
        {all.map(
          ([what, each]) =>
            sumOf(each) > 0 && (
              <span key={what} class={what}>
                {sumOf(each).toLocaleString("en")} {what}
              </span>
            ),
        )}
        <span>{timeText(fromMs + count * binMs)}</span>
      </figcaption>
    </figure>
  );
}

/** Returns the sum of counts. */
export function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Returns the bars of one count, on top of those before it. */
function pathOf(
  counts: readonly number[],
  below: [string, readonly number[]][],
  most: number,
): string {
  const width = WIDTH / counts.length;
  return counts
    .map((count, bin) => {
      if (count === 0) return "";
      const base = below.reduce((sum, [, each]) => sum + (each[bin] ?? 0), 0);
      const height = Math.max(1, (count / most) * HEIGHT);
      const top = HEIGHT - (base / most) * HEIGHT - height;
      return `M${(bin * width + 1).toFixed(1)} ${top.toFixed(1)}h${(width - 2).toFixed(1)}v${height.toFixed(1)}h${(2 - width).toFixed(1)}z`;
    })
    .join("");
}
