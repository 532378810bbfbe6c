import { useMemo, useRef } from "preact/hooks";
import { setParams } from "../address.ts";
import { stage } from "../api.ts";
import { Plot } from "../chart/plot.tsx";
import { States } from "../chart/states.tsx";
import { Failure } from "../layout.tsx";
import { ONCE, useReading } from "../live.ts";
import { safeText, Text } from "../text.tsx";
import { zone } from "../time.ts";
import { copyText, toast } from "../toasts.tsx";
import type { NodeAnnotations } from "./annotations.ts";
import { commandText, csvName, csvText } from "./copy-text.ts";
import { paramsOf, type Range, zoomRange } from "./range.ts";
import {
  type ChartSeries,
  kindOf,
  pointsOf,
  readPoints,
  readValues,
  type SeriesParams,
  statesOf,
  type Values,
} from "./values.ts";

interface Props {
  readonly node: string;
  readonly series: ChartSeries;
  readonly range: Range;
  /** What is drawn on the charts of series. */
  readonly shapes: Pick<NodeAnnotations, "bounds" | "shaded">;
}

/**
 * The values of a series as a chart on the time axis of the page. Dragging zooms in, a double click
 * zooms out.
 */
export function SeriesChart({ node, series, range: { fromMs, toMs }, shapes }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const timezone = zone();
  const { name, last } = series;
  const read = (signal: AbortSignal) => {
    const pixels = Math.max(100, Math.floor(area.current?.clientWidth ?? 800));
    return readValues(node, series, { fromMs, toMs }, pixels, timezone, signal);
  };
  // A later last value means that there are more values to read.
  const { result, failure } = useReading(read, ONCE, [
    node,
    name,
    fromMs,
    toMs,
    timezone,
    last?.atMs,
  ]);
  const isLine = kindOf(series) === "number";
  const points = useMemo(() => (result === undefined ? [] : pointsOf(result.values)), [result]);
  const bounds = shapes.bounds.filter((one) => one.series === name);
  const shaded = shapes.shaded.filter((one) => one.series === name);
  const label = safeText(name, 80);
  return (
    <section class="card" aria-label={`Series ${name}`}>
      <h2>
        <Text of={name} max={80} />{" "}
        <span class="note">{result === undefined ? "…" : aboutText(result)}</span>
        {result !== undefined && <CopyMenu node={node} {...result} />}
      </h2>
      {failure !== undefined && <Failure of={failure} />}
      {result?.values.values.length === 0 && (
        <p class="note">
          No points in this time. The last one: <Text of={JSON.stringify(last?.value)} max={80} />
        </p>
      )}
      <div ref={area}>
        {result !== undefined && isLine && (
          <Plot
            label={label}
            points={points}
            bounds={bounds}
            shaded={shaded}
            fromMs={fromMs}
            toMs={toMs}
            onZoom={(from, to) => setParams(paramsOf(from, to))}
            onZoomOut={() => setParams(zoomRange({ fromMs, toMs }, 2))}
          />
        )}
        {result !== undefined && !isLine && (
          <div class="axis">
            <States label={label} fromMs={fromMs} toMs={toMs} states={statesOf(result.values)} />
          </div>
        )}
      </div>
    </section>
  );
}

interface Chart {
  readonly asked: SeriesParams;
  readonly values: Values;
}

function aboutText({ asked: { aggregate, interval }, values: { values } }: Chart): string {
  const of = `${values.length.toLocaleString("en")} ${aggregate === undefined ? "point" : "window"}${values.length === 1 ? "" : "s"}`;
  if (aggregate === undefined) return of;
  return aggregate === "avg"
    ? `average per ${interval}, from the lowest to the highest value; ${of}`
    : `${aggregate} value per ${interval}, ${of}`;
}

/** Gives away what a chart shows: as a file of CSV, or as the command that returns the same. */
function CopyMenu({ node, asked, values }: Chart & { readonly node: string }) {
  const save = (read: () => Promise<Values>) => () =>
    void read().then(
      (all) => {
        download(csvName(all), csvText(all));
        toast("CSV saved");
      },
      (error: unknown) => toast(error instanceof Error ? error.message : String(error)),
    );
  const copy = () => copyText(commandText(node, asked, stage.value), "CLI copied");
  return (
    <span class="copy">
      <button type="button" onClick={save(async () => values)} aria-label="Save as CSV">
        CSV
      </button>{" "}
      {asked["aggregate"] !== undefined && (
        <button
          type="button"
          onClick={save(() => readPoints(node, asked))}
          aria-label="Save all points as CSV"
        >
          CSV of all points
        </button>
      )}{" "}
      <button type="button" onClick={() => void copy()} aria-label="Copy as CLI">
        CLI
      </button>
    </span>
  );
}

/** Saves a text as a file of the browser. */
function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
