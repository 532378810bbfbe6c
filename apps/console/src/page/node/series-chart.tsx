import { useEffect, useRef, useState } from "preact/hooks";
import { ONCE, useReading } from "../shared/live.ts";
import { Failure } from "../shared/message.tsx";
import { setParams } from "../shared/place.ts";
import { Text } from "../shared/text.tsx";
import { zone } from "../shared/time.ts";
import type { Chart } from "./chart.ts";
import { CopyMenu } from "./copy-menu.tsx";
import { paramsOf, type Range, zoomed } from "./range.ts";
import { type Asked, columnsOf, kindOf, readValues, type Series } from "./values.ts";

interface Props {
  readonly node: string;
  readonly series: Series;
  readonly range: Range;
}

/** The values of a series as a chart on the time axis of the page. Dragging zooms in, a double click zooms out. */
export function SeriesChart({ node, series, range }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart>(undefined);
  const [broken, setBroken] = useState<unknown>();
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
  useEffect(() => {
    const element = area.current;
    if (element === null || shown === undefined) return undefined;
    let isOver = false;
    import("./chart.ts").then(({ drawChart }) => {
      if (isOver) return;
      chart.current = drawChart(element, columnsOf(shown.values), {
        ...{ fromMs, toMs, timezone },
        isSteps: kindOf(series) === "bool",
        onZoom: (from, to) => setParams(paramsOf(from, to)),
        onZoomOut: () => setParams(zoomed({ fromMs, toMs }, 2)),
      });
    }, setBroken);
    return () => {
      isOver = true;
      chart.current?.destroy();
    };
  }, [shown, fromMs, toMs, timezone, series]);
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
            image={() => chart.current?.image()}
          />
        )}
      </h2>
      {(failure ?? broken) !== undefined && <Failure of={failure ?? broken} />}
      {count === 0 && (
        <p class="note">No points in this time. The last one: {JSON.stringify(series.last?.value)}</p>
      )}
      <div ref={area} class="plot" />
    </section>
  );
}

function aboutText({ aggregate, interval }: Asked, count: number): string {
  return aggregate === undefined ? `${count} points` : `${aggregate} per ${interval}, ${count} windows`;
}
