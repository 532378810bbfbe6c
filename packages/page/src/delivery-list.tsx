import { countIn } from "@rainhooks/stage/routes/bins";
import type { DeliveryRow } from "@rainhooks/stage/routes/deliveries";
import type { DeliveryResponse, RowOutcomes } from "@rainhooks/stage/routes/responses";
import { useRef, useState } from "preact/hooks";
import { hrefTo } from "./address.ts";
import { get } from "./api.ts";
import { Bars } from "./bars.tsx";
import { Await } from "./layout.tsx";
import { useGet, useLive } from "./live.ts";
import { type Column, Table, textColumn, timeColumn } from "./table.tsx";
import { IdLink, Output, safeText, Text } from "./text.tsx";
import { nowMs, timeText } from "./time.ts";

/** Deliveries, one a row, below how many there were when; an open row shows what was published. */
export function DeliveryList({ of }: { readonly of: readonly DeliveryRow[] }) {
  const outcomes = useOutcomes(of);
  return (
    <>
      <Histogram of={of} outcomes={outcomes} />
      <Table
        label="Deliveries"
        columns={[
          ...COLUMNS,
          {
            title: "Outcomes",
            cell: ({ id }) => outcomes[id]?.map((one) => <Outcome key={one.to} of={one} />),
          },
        ]}
        rows={of}
        keyOf={({ id }) => id}
        nameOf={({ type, sentAtMs }) => `${type} of ${timeText(sentAtMs)}`}
        detail={(delivery) => <Opened of={delivery} />}
      />
    </>
  );
}

const COLUMNS: readonly Column<DeliveryRow>[] = [
  timeColumn("Time", ({ sentAtMs }) => sentAtMs),
  textColumn("Type", ({ type }) => type),
  { title: "Node", cell: nodesText },
  {
    title: "About",
    kind: "wide",
    cell: ({ problem, summary }) => (
      <span class={problem === undefined ? "" : "bad"}>
        <Text of={problem ?? summary} max={160} />
      </span>
    ),
  },
];

function nodesText({ nodes, name }: DeliveryRow) {
  const more = nodes.length > 1 ? ` +${nodes.length - 1}` : "";
  return (
    <span title={safeText(nodes.slice(0, 5).join(", "))}>
      <Text of={`${name?.trim() || (nodes[0] ?? "–")}${more}`} max={40} />
    </span>
  );
}

function Outcome({ of: { to, state } }: { readonly of: RowOutcomes[string][number] }) {
  const text = `${to}: ${state}`;
  return <span class={`result ${state}`} role="img" aria-label={text} title={text} />;
}

const BINS = 60;

interface HistogramProps {
  readonly of: readonly DeliveryRow[];
  readonly outcomes: RowOutcomes;
}

/** How many of the listed deliveries there were when, and which of them have failed somewhere. */
function Histogram({ of, outcomes }: HistogramProps) {
  const times = of.map(({ sentAtMs }) => sentAtMs);
  const fromMs = Math.min(...times);
  const toMs = Math.max(...times);
  if (of.length < 2 || toMs === fromMs) return null;
  const bins = { fromMs, binMs: (toMs - fromMs) / BINS, count: BINS };
  const hasFailed = ({ id, problem }: DeliveryRow) =>
    problem !== undefined || (outcomes[id] ?? []).some(({ state }) => state !== "delivered");
  const timesOf = (failed: boolean) =>
    of.filter((one) => hasFailed(one) === failed).map(({ sentAtMs }) => sentAtMs);
  const drawn = { handled: countIn(timesOf(false), bins), failed: countIn(timesOf(true), bins) };
  return <Bars name="Events" bins={bins} drawn={drawn} />;
}

/** What was published, which is read when it is to be seen. */
function Opened({ of }: { readonly of: DeliveryRow }) {
  const { id, sentAtMs } = of;
  const path = `/console/deliveries/${encodeURIComponent(id)}`;
  return (
    <>
      <a href={hrefTo("events", id, { at: String(sentAtMs) })}>What became of it</a>
      <DeliverySummary of={of} />
      <Await of={useGet<DeliveryResponse>(path, { at: sentAtMs })} lines={8}>
        {({ delivery }) => <DeliveryContent of={delivery} />}
      </Await>
    </>
  );
}

/** What identifies a delivery, and its nodes. */
export function DeliverySummary({ of: { id, topic, nodes } }: { readonly of: DeliveryRow }) {
  return (
    <p class="note">
      <Text of={id} /> on <Text of={topic} />
      {nodes.slice(0, 5).map((node) => (
        <span key={node}>
          {" "}
          <IdLink page="nodes" id={node} />
        </span>
      ))}
    </p>
  );
}

/** A delivery as it was published, beside the event that was decoded from it. */
export function DeliveryContent({ of }: { readonly of: DeliveryResponse["delivery"] }) {
  const { body, event, problem } = of;
  return (
    <div class="beside">
      <Output title="As published" of={prettyText(body)} />
      <Output title="Decoded" of={problem ?? event} />
    </div>
  );
}

/** Formats JSON in lines; any other text stays as it is. */
function prettyText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/**
 * How often outcomes are read that can change, and for how long after its publication one soon can.
 */
const EVERY_MS = 2000;
const CHANGES_MS = 60_000;
/** How often those are read that wait for a later attempt. */
const WAITING_EVERY_MS = 30_000;
/** Deliveries of one request. */
const AT_ONCE = 100;

/** Reads what came of deliveries: of each once, and again while it may change. */
function useOutcomes(rows: readonly DeliveryRow[]): RowOutcomes {
  const [known, setKnown] = useState<RowOutcomes>({});
  const shown = useRef<readonly DeliveryRow[]>(rows);
  shown.current = rows;
  const latest = useRef(known);
  latest.current = known;
  const waitingReadMs = useRef(0);
  const read = async (signal: AbortSignal) => {
    const isDue = nowMs.value - waitingReadMs.current >= WAITING_EVERY_MS;
    if (isDue) waitingReadMs.current = nowMs.value;
    const ids = shown.current
      .filter(({ id, sentAtMs }) => {
        const found = latest.current[id];
        if (found === undefined || (isDue && found.some(({ state }) => state === "waiting")))
          return true;
        const canChange = found.length === 0 || found.some(({ state }) => state !== "delivered");
        return canChange && nowMs.value - sentAtMs < CHANGES_MS;
      })
      .map(({ id }) => id);
    if (ids.length === 0) return;
    const asked = ids.slice(0, AT_ONCE);
    const found = await get<RowOutcomes>("/console/outcomes", { ids: asked.join() }, signal);
    // What the console does not remember stays unknown, and is not asked for again.
    const none = Object.fromEntries(asked.map((id) => [id, []]));
    setKnown((before) => {
      const all: RowOutcomes = { ...before, ...none, ...found };
      const kept = new Set(shown.current.map(({ id }) => id));
      return Object.fromEntries(Object.entries(all).filter(([id]) => kept.has(id)));
    });
  };
  useLive(read, () => EVERY_MS, [rows.length === 0]);
  return known;
}
