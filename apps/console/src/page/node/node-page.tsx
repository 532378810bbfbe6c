import { PAGES } from "@rainhooks/app-list/pages";
import { address, idInAddress } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { DeliveryList } from "@rainhooks/page/delivery-list.jsx";
import { useReading } from "@rainhooks/page/live";
import { Empty, Pending } from "@rainhooks/page/message.jsx";
import { Connectivity } from "@rainhooks/page/node/connectivity.jsx";
import { joinMarks, type NodeMarks } from "@rainhooks/page/node/marks";
import { nodeName } from "@rainhooks/page/node/node-name";
import { type Range, readRange } from "@rainhooks/page/node/range";
import { RangeChoice } from "@rainhooks/page/node/range-choice.jsx";
import { type NodeWithSeries, readNode } from "@rainhooks/page/node/read-node";
import { SeriesChart } from "@rainhooks/page/node/series-chart.jsx";
import { useTitle } from "@rainhooks/page/page-head.jsx";
import { stage } from "@rainhooks/page/stage";
import { safeText } from "@rainhooks/page/text.jsx";
import { durationText, nowMs, timeText } from "@rainhooks/page/time";
import type { DeliveriesAnswer } from "@rainhooks/stage/routes/deliveries";
import { LastValues } from "./last-values.tsx";
import { NodeFacts } from "./node-facts.tsx";

const EVERY_MS = 5000;
/** How often deliveries are read from an archive in AWS. */
const ARCHIVE_EVERY_MS = 120_000;
const SHOWN_DELIVERIES = 50;

/** A node: its state, and everything that happened to it on one time axis. */
export function NodePage() {
  const id = idInAddress();
  return <NodeOf key={id} id={id} />;
}

function NodeOf({ id }: { readonly id: string }) {
  const { found, failure } = useReading(
    (signal) => readNode(id, signal),
    () => EVERY_MS,
    [id],
  );
  useTitle(found === undefined ? id : nodeName(found.node));
  if (found === undefined)
    return (
      <>
        <h1 class="visually-hidden">{safeText(id, 80)}</h1>
        <Pending of={{ failure }} lines={8} />
      </>
    );
  return <Found of={found} />;
}

function Found({ of: { node, series } }: { readonly of: NodeWithSeries }) {
  const { nodeId } = node;
  const range = readRange(address.value.params, nowMs.value, node.lastSeenMs);
  const { marks, onSeries } = useNodeMarks(nodeId, range);
  return (
    <>
      <NodeFacts node={node} />
      <LastValues of={series} />
      <RangeChoice range={range} />
      <Connectivity node={node} range={range} marks={marks} />
      {series.length === 0 && (
        <Empty>
          No series yet: the node has sent no readings (events of the type <code>node_ts_data</code>).
        </Empty>
      )}
      {series.map((one) => (
        <SeriesChart key={one.name} node={nodeId} series={one} {...{ range, onSeries }} />
      ))}
      <Deliveries node={nodeId} />
    </>
  );
}

/** The hooks of extensions: the list never changes, so that they are called in the same order. */
const HOOKS = PAGES.flatMap(({ useNodeMarks }) => useNodeMarks ?? []);

function useNodeMarks(node: string, range: Range): NodeMarks {
  return joinMarks(HOOKS.map((hook) => hook(node, range)));
}

/** The last deliveries of a node, as they came. */
function Deliveries({ node }: { readonly node: string }) {
  const everyMs = () => (stage.value?.isLocal === true ? EVERY_MS : ARCHIVE_EVERY_MS);
  const { found, failure } = useReading<DeliveriesAnswer>(
    (signal) => get("/console/deliveries", { node, limit: SHOWN_DELIVERIES }, signal),
    everyMs,
    [node],
  );
  return (
    <section class="card" aria-labelledby="deliveries">
      <h2 id="deliveries">
        Last deliveries{" "}
        {found !== undefined && (
          <span class="note">
            from the archive, since {timeText(found.fromMs)}; up to {durationText(found.delayS * 1000)} behind
          </span>
        )}
      </h2>
      <Pending of={{ found, failure }} lines={4} />
      {found !== undefined && <DeliveryList of={found.deliveries} />}
    </section>
  );
}
