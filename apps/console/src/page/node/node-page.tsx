import { PAGES } from "@rainhooks/app-list/pages";
import { address, hrefHere, idInAddress } from "@rainhooks/page/address";
import { stage } from "@rainhooks/page/api";
import { DeliveryList } from "@rainhooks/page/delivery-list.jsx";
import {
  Await,
  Card,
  Empty,
  FactList,
  type NamedFact,
  PageTitle,
} from "@rainhooks/page/layout.jsx";
import { useGet, useReading } from "@rainhooks/page/live";
import { Connectivity } from "@rainhooks/page/node/connectivity.jsx";
import { readRange } from "@rainhooks/page/node/range";
import { RangeChoice } from "@rainhooks/page/node/range-choice.jsx";
import { type NodeWithSeries, nodeName, readNode } from "@rainhooks/page/node/read-node";
import { SeriesChart } from "@rainhooks/page/node/series-chart.jsx";
import { Ago, IdLink, Since, Text } from "@rainhooks/page/text.jsx";
import { durationText, nowMs, timeText } from "@rainhooks/page/time";
import { valueText } from "@rainhooks/stage/numbers";
import type { DeliveriesResponse } from "@rainhooks/stage/routes/deliveries";

const EVERY_MS = 5000;
/** How often deliveries are read from an archive in AWS. */
const ARCHIVE_EVERY_MS = 120_000;
const SHOWN_DELIVERIES = 50;
const SHOWN_VALUES = 12;

/**
 * What extensions add. The list of hooks never changes, so that they are called in the same order.
 */
const ACTIONS = PAGES.flatMap(({ nodeActions }) => nodeActions ?? []);
const HOOKS = PAGES.flatMap(({ useNodeAnnotations }) => useNodeAnnotations ?? []);

/** A node: its state, and everything that happened to it on one time axis. */
export function NodePage() {
  const id = idInAddress();
  return <NodeOf key={id} id={id} />;
}

function NodeOf({ id }: { readonly id: string }) {
  const reading = useReading((signal) => readNode(id, signal), EVERY_MS, [id]);
  const { result } = reading;
  return (
    <>
      <PageTitle title={result === undefined ? id : nodeName(result.node)} within={["/", "Fleet"]}>
        <span class="actions">
          {result !== undefined &&
            ACTIONS.map((Actions, index) => <Actions key={index} of={result.node} />)}
        </span>
      </PageTitle>
      <Await of={reading} lines={8}>
        {(of) => <Content of={of} />}
      </Await>
    </>
  );
}

function Content({ of: { node, series } }: { readonly of: NodeWithSeries }) {
  const { nodeId, state, sinceMs } = node;
  const range = readRange(address.value.params, nowMs.value, node.lastSeenMs);
  const drawn = HOOKS.map((hook) => hook(nodeId, range));
  const bounds = drawn.flatMap((one) => one.bounds);
  const shaded = drawn.flatMap((one) => one.shaded);
  return (
    <>
      <section class="card" aria-label="Node">
        <p class={state}>
          <b>{state}</b> {sinceMs !== undefined && <Since ms={sinceMs} />}
        </p>
        <FactList facts={factsOf(node)} />
      </section>
      <LastValues of={series} />
      <RangeChoice range={range} />
      <Connectivity node={node} range={range} markers={drawn.flatMap(({ markers }) => markers)} />
      {series.length === 0 && (
        <Empty>
          No series yet: the node has sent no readings (events of the type <code>node_ts_data</code>
          ).
        </Empty>
      )}
      {series.map((one) => (
        <SeriesChart
          key={one.name}
          node={nodeId}
          series={one}
          range={range}
          shapes={{ bounds, shaded }}
        />
      ))}
      <Deliveries node={nodeId} />
    </>
  );
}

function factsOf(node: NodeWithSeries["node"]): readonly NamedFact[] {
  const { nodeId, lastSeenMs, config, users, tags, lastAlert, disconnectReason } = node;
  const text = (value: string | undefined, max = 60) => <Text of={value} max={max} />;
  const userLinks = users.map(({ userId, role }) => (
    <span key={userId}>
      <IdLink page="users" id={userId} /> {role !== undefined && text(`(${role})`)}{" "}
    </span>
  ));
  return [
    ["Id", text(nodeId, 120)],
    ["Last seen", <Ago key="seen" ms={lastSeenMs} />],
    ["Disconnected because", disconnectReason !== undefined && text(disconnectReason.reason)],
    ["Firmware", text(config?.firmware)],
    ["Type", text([config?.type, config?.model].filter((one) => one !== undefined).join(", "))],
    ["Users", users.length === 0 ? text(undefined) : userLinks],
    ["Tags", text(tags.join(", "), 200)],
    [
      "More",
      <>
        <a href={hrefHere("/events", { node: nodeId })}>events</a>{" "}
        <a href={hrefHere("/alarms", { match: nodeId, state: "all" })}>alarms</a>
      </>,
    ],
    [
      "Last alert",
      lastAlert !== undefined && (
        <>
          {text(lastAlert.text, 120)} <Ago ms={lastAlert.atMs} />
        </>
      ),
    ],
  ];
}

/** The last value of each series, large. */
function LastValues({ of }: { readonly of: NodeWithSeries["series"] }) {
  const shown = of.filter(({ last }) => last !== undefined).slice(0, SHOWN_VALUES);
  if (shown.length === 0) return null;
  const devices = new Set(shown.map(({ name }) => name.slice(0, name.lastIndexOf(".") + 1)));
  const titleOf = (name: string) =>
    devices.size === 1 ? name.slice(name.lastIndexOf(".") + 1) : name;
  return (
    <section class="tiles" aria-label="Last values">
      {shown.map(({ name, last }) => (
        <div key={name} class="card">
          <Text of={titleOf(name)} max={60} />
          <strong>
            <Text of={valueText(last?.value)} max={24} />
          </strong>
          <span class="note">
            <Ago ms={last?.atMs} />
          </span>
        </div>
      ))}
    </section>
  );
}

/** The last deliveries of a node, as they came. */
function Deliveries({ node }: { readonly node: string }) {
  const everyMs = () => (stage.value?.isLocal === true ? EVERY_MS : ARCHIVE_EVERY_MS);
  const params = { node, limit: SHOWN_DELIVERIES };
  const deliveries = useGet<DeliveriesResponse>("/console/deliveries", params, everyMs);
  const { fromMs, delayS = 0 } = deliveries.result ?? {};
  const note = `from the archive, since ${timeText(fromMs)}; up to ${durationText(delayS * 1000)} behind`;
  return (
    <Card title="Last deliveries" note={fromMs !== undefined && note}>
      <Await of={deliveries} lines={4}>
        {(result) => <DeliveryList of={result.deliveries} />}
      </Await>
    </Card>
  );
}
