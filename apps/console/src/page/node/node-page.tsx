import type { AnswerOf, listSeriesQuestion, nodeQuestion } from "@rainhooks/query";
import { useEffect } from "preact/hooks";
import { get } from "../shared/api.ts";
import { useReading } from "../shared/live.ts";
import { Empty, Failure, Skeleton } from "../shared/message.tsx";
import { place } from "../shared/place.ts";
import { shownText } from "../shared/text.tsx";
import { nowMs } from "../shared/time.ts";
import { Connectivity } from "./connectivity.tsx";
import { Deliveries } from "./deliveries.tsx";
import { NodeFacts } from "./node-facts.tsx";
import { readRange } from "./range.ts";
import { RangeChoice } from "./range-choice.tsx";
import { SeriesChart } from "./series-chart.tsx";
import type { ChartSeries } from "./values.ts";

const EVERY_MS = 5000;

/** What a page about a node shows of it. */
interface Found {
  readonly node: AnswerOf<typeof nodeQuestion>;
  readonly series: readonly ChartSeries[];
}

/** A node: its state, and everything that happened to it on one time axis. */
export function NodePage() {
  const id = decodeURIComponent(place.value.path.split("/")[2] ?? "");
  return <NodeOf key={id} id={id} />;
}

function NodeOf({ id }: { readonly id: string }) {
  const { found, failure } = useReading(
    (signal) => readNode(id, signal),
    () => EVERY_MS,
    [id],
  );
  useEffect(() => {
    document.title = `${shownText(found?.node.config?.name ?? id, 40)} · Rainhooks`;
  }, [found, id]);
  if (found === undefined) return failure === undefined ? <Skeleton lines={8} /> : <Failure of={failure} />;
  const { node, series } = found;
  const range = readRange(place.value.params, nowMs.value, node.lastSeenMs);
  return (
    <>
      <NodeFacts node={node} />
      <RangeChoice range={range} />
      <Connectivity node={node} range={range} />
      {series.length === 0 && (
        <Empty>
          No series yet: the node has sent no readings (events of the type <code>node_ts_data</code>).
        </Empty>
      )}
      {series.map((one) => (
        <SeriesChart key={one.name} node={id} series={one} range={range} />
      ))}
      <Deliveries node={id} />
    </>
  );
}

async function readNode(id: string, signal: AbortSignal): Promise<Found> {
  const path = `/v1/nodes/${encodeURIComponent(id)}`;
  const [node, { series }] = await Promise.all([
    get<Found["node"]>(path, {}, signal),
    // A node without readings has no list of series.
    get<AnswerOf<typeof listSeriesQuestion>>(`${path}/series`, {}, signal).catch(() => ({ series: [] })),
  ]);
  return { node, series };
}
