import { useMemo, useRef } from "preact/hooks";
import { ONCE, useReading } from "../shared/live.ts";
import { Failure } from "../shared/message.tsx";
import { setParams } from "../shared/place.ts";
import { shownText, Text } from "../shared/text.tsx";
import { zone } from "../shared/time.ts";
import { Plot } from "./chart/plot.tsx";
import { CopyMenu } from "./copy-menu.tsx";
import { paramsOf, type Range, zoomed } from "./range.ts";
import { type Asked, type ChartSeries, kindOf, pointsOf, readValues } from "./values.ts";

interface Props {
  readonly node: string;
  readonly series: ChartSeries;
  readonly range: Range;
}

/** The values of a series as a chart on the time axis of the page. Dragging zooms in, a double click zooms out. */
export function SeriesChart({ node, series, range }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const timezone = zone();
  const { fromMs, toMs } = range;
  const lastMs = series.last?.atMs;
  const read = (signal: AbortSignal) => {
    const pixels = Math.max(100, Math.floor(area.current?.clientWidth ?? 800));
    return readValues(node, series, { fromMs, toMs }, pixels, timezone, signal);
  };
  // A later last value means that there are more values to read.
  const { found: shown, failure } = useReading(read, ONCE, [
    node,
    series.name,
    fromMs,
    toMs,
    timezone,
    lastMs,
  ]);
  const points = useMemo(() => (shown === undefined ? [] : pointsOf(shown.values)), [shown]);
  const count = shown?.values.values.length;
  return (
    <section class="card series" aria-label={`Series ${series.name}`}>
      <h2>
        <Text of={series.name} max={80} />{" "}
        <span class="note">{shown === undefined ? "…" : aboutText(shown.asked, count ?? 0)}</span>
        {shown !== undefined && (
          <CopyMenu
            node={node}
            asked={shown.asked}
            values={shown.values}
            image={() => pictureOf(canvas.current)}
          />
        )}
      </h2>
      {failure !== undefined && <Failure of={failure} />}
      {count === 0 && (
        <p class="note">No points in this time. The last one: {JSON.stringify(series.last?.value)}</p>
      )}
      <div ref={area}>
        {shown !== undefined && (
          <Plot
            label={shownText(series.name, 80)}
            {...{ points, fromMs, toMs, timezone, canvas }}
            isSteps={kindOf(series) === "bool"}
            onZoom={(from, to) => setParams(paramsOf(from, to))}
            onZoomOut={() => setParams(zoomed({ fromMs, toMs }, 2))}
          />
        )}
      </div>
    </section>
  );
}

function aboutText({ aggregate, interval }: Asked, count: number): string {
  return aggregate === undefined
    ? `${count} ${count === 1 ? "point" : "points"}`
    : `${aggregate} per ${interval}, ${count} ${count === 1 ? "window" : "windows"}`;
}

/** A picture of a chart, as PNG. */
function pictureOf(canvas: HTMLCanvasElement | null): Promise<Blob | null> {
  return new Promise((resolve) => (canvas === null ? resolve(null) : canvas.toBlob(resolve)));
}
