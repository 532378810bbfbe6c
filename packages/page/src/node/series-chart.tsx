import { useMemo, useRef } from "preact/hooks";
import { setParams } from "../address.ts";
import { Plot } from "../chart/plot.tsx";
import { States } from "../chart/states.tsx";
import { ONCE, useReading } from "../live.ts";
import { Failure } from "../message.tsx";
import { safeText, Text } from "../text.tsx";
import { nowMs, zone } from "../time.ts";
import { CopyMenu } from "./copy-menu.tsx";
import type { NodeMarks } from "./marks.ts";
import { paramsOf, type Range, zoomRange } from "./range.ts";
import { type ChartSeries, kindOf, pointsOf, readValues, type SeriesParams, statesOf } from "./values.ts";

interface Props {
  readonly node: string;
  readonly series: ChartSeries;
  readonly range: Range;
  /** What is drawn on the charts of series. */
  readonly onSeries: NodeMarks["onSeries"];
}

/**
 * The values of a series as a chart on the time axis of the page. Dragging zooms in, a double click zooms
 * out.
 */
export function SeriesChart({ node, series, range, onSeries }: Props) {
  const area = useRef<HTMLDivElement>(null);
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
  const isLine = kindOf(series) === "number";
  const points = useMemo(
    () => (shown === undefined || !isLine ? [] : pointsOf(shown.values)),
    [shown, isLine],
  );
  const { bounds, shaded } = useStable(onSeries(series.name));
  const count = shown?.values.values.length;
  return (
    <section class="card series" aria-label={`Series ${series.name}`}>
      <h2>
        <Text of={series.name} max={80} />{" "}
        <span class="note">{shown === undefined ? "…" : aboutText(shown.asked, count ?? 0)}</span>
        {shown !== undefined && <CopyMenu node={node} asked={shown.asked} values={shown.values} />}
      </h2>
      {failure !== undefined && <Failure of={failure} />}
      {count === 0 && (
        <p class="note">
          No points in this time. The last one: <Text of={JSON.stringify(series.last?.value)} max={80} />
        </p>
      )}
      <div ref={area}>
        {shown !== undefined && isLine && (
          <Plot
            label={safeText(series.name, 80)}
            {...{ points, bounds, shaded, fromMs, toMs, timezone }}
            onZoom={(from, to) => setParams(paramsOf(from, to))}
            onZoomOut={() => setParams(zoomRange({ fromMs, toMs }, 2))}
          />
        )}
        {shown !== undefined && !isLine && (
          <States
            label={safeText(series.name, 80)}
            states={statesOf(shown.values)}
            {...{ fromMs, toMs }}
            nowMs={nowMs.value}
          />
        )}
      </div>
    </section>
  );
}

/** Returns what is equal as the same object, so that it is not drawn again. */
function useStable<Value>(value: Value): Value {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as Value, [text]);
}

function aboutText({ aggregate, interval }: SeriesParams, count: number): string {
  const of = `${count.toLocaleString("en")} ${aggregate === undefined ? "point" : "window"}${count === 1 ? "" : "s"}`;
  if (aggregate === undefined) return of;
  return aggregate === "avg"
    ? `average per ${interval}, from the lowest to the highest value; ${of}`
    : `${aggregate} value per ${interval}, ${of}`;
}
