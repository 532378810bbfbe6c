import type { ShownActivity } from "../../serve/activity/activity.ts";
import type { Parts } from "../../serve/activity/bins.ts";
import { durationText, timeText } from "../shared/time.ts";

interface Props {
  readonly name: string;
  readonly of: ShownActivity;
  readonly parts: Parts;
}

const [WIDTH, HEIGHT] = [360, 40];
/** What is drawn of each part, from the bottom. */
const DRAWN = ["Delivered", "Filtered", "Failed"] as const;

/** What a webhook did over time: a bar for each part of the range. */
export function Activity({ name, of: { counts, sinceMs }, parts }: Props) {
  const { fromMs, partMs, count } = parts;
  const sums = Object.entries(counts).map(
    ([what, each]) => `${sumOf(each).toLocaleString("en")} ${what.toLowerCase()}`,
  );
  const received = sumOf(counts.Received);
  const most = Math.max(1, ...counts.Received.map((_, part) => heightOf(counts, part)));
  const since = sinceMs !== undefined && sinceMs > fromMs ? ` since ${timeText(sinceMs)}` : "";
  return (
    <div class="activity">
      <p class="note">{received === 0 ? `nothing received${since}` : `${sums.join(" · ")}${since}`}</p>
      {received > 0 && (
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${name}: ${sums.join(", ")}, at most ${most.toLocaleString("en")} in ${durationText(partMs)}`}
        >
          {DRAWN.map((what) => (
            <path key={what} class={what.toLowerCase()} d={barsOf(counts, what, most)} />
          ))}
          {counts.Received.map((_, part) => (
            <rect key={part} x={(part * WIDTH) / count} width={WIDTH / count} height={HEIGHT}>
              <title>{titleOf(counts, part, fromMs + part * partMs)}</title>
            </rect>
          ))}
        </svg>
      )}
    </div>
  );
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function heightOf(counts: ShownActivity["counts"], part: number): number {
  return DRAWN.reduce((sum, what) => sum + (counts[what][part] ?? 0), 0);
}

/** Returns the bars of one count, on top of those before it. */
function barsOf(counts: ShownActivity["counts"], what: (typeof DRAWN)[number], most: number): string {
  const width = WIDTH / counts[what].length;
  const below = DRAWN.slice(0, DRAWN.indexOf(what));
  return counts[what]
    .map((count, part) => {
      if (count === 0) return "";
      const base = below.reduce((sum, one) => sum + (counts[one][part] ?? 0), 0);
      const height = Math.max(1, (count / most) * HEIGHT);
      const top = HEIGHT - (base / most) * HEIGHT - height;
      return `M${(part * width + 1).toFixed(1)} ${top.toFixed(1)}h${(width - 2).toFixed(1)}v${height.toFixed(1)}h${(2 - width).toFixed(1)}z`;
    })
    .join("");
}

function titleOf(counts: ShownActivity["counts"], part: number, atMs: number): string {
  const each = Object.entries(counts).map(([what, all]) => `${all[part] ?? 0} ${what.toLowerCase()}`);
  return `${timeText(atMs)}: ${each.join(", ")}`;
}
