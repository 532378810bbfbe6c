import type { DeliveryAnswer, RowOutcomes } from "@rainhooks/stage/routes/answers";
import { countIn } from "@rainhooks/stage/routes/bins";
import type { DeliveryContent as Content, DeliveryRow } from "@rainhooks/stage/routes/deliveries";
import { hrefTo } from "./address.ts";
import { get } from "./api.ts";
import { Bars } from "./bars.tsx";
import { ONCE, useReading } from "./live.ts";
import { Pending } from "./message.tsx";
import { useOutcomes } from "./outcomes.ts";
import { Output } from "./output.tsx";
import { type Column, Table } from "./table.tsx";
import { safeText, Text } from "./text.tsx";
import { isoTime, timeText } from "./time.ts";

/** Deliveries, one a row, below how many there were when; an open row shows what was published. */
export function DeliveryList({ of }: { readonly of: readonly DeliveryRow[] }) {
  const outcomes = useOutcomes(of);
  return (
    <>
      <Histogram of={of} outcomes={outcomes} />
      <Table
        label="Deliveries"
        columns={[...COLUMNS, outcomesColumn(outcomes)]}
        rows={of}
        keyOf={({ id }) => id}
        nameOf={({ type, sentAtMs }) => `${type} of ${timeText(sentAtMs)}`}
        detail={(delivery) => <Opened of={delivery} />}
      />
    </>
  );
}

const COLUMNS: readonly Column<DeliveryRow>[] = [
  {
    ...{ name: "at", title: "Time" },
    cell: ({ sentAtMs }) => <time dateTime={isoTime(sentAtMs)}>{timeText(sentAtMs)}</time>,
  },
  { name: "type", title: "Type", cell: ({ type }) => <Text of={type} max={40} /> },
  { name: "node", title: "Node", cell: nodesText },
  {
    ...{ name: "about", title: "About", kind: "wide" },
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

function outcomesColumn(outcomes: RowOutcomes): Column<DeliveryRow> {
  return {
    ...{ name: "outcomes", title: "Outcomes" },
    cell: ({ id }) =>
      outcomes[id]?.map(({ to, state }) => {
        const text = `${to}: ${state}`;
        return <span key={to} class={`outcome ${state}`} role="img" aria-label={text} title={text} />;
      }),
  };
}

const BINS = 60;

interface HistogramProps {
  readonly of: readonly DeliveryRow[];
  readonly outcomes: RowOutcomes;
}

/** How many of the listed deliveries there were when, and which of them have failed somewhere. */
function Histogram({ of, outcomes }: HistogramProps) {
  const times = of.map(({ sentAtMs }) => sentAtMs);
  const [fromMs, toMs] = [Math.min(...times), Math.max(...times)];
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
  const { found, failure } = useReading<DeliveryAnswer>(
    (signal) => get(`/console/deliveries/${encodeURIComponent(id)}`, { at: sentAtMs }, signal),
    ONCE,
    [id],
  );
  return (
    <>
      <a href={hrefTo("events", id, { at: String(sentAtMs) })}>What became of it</a>
      <DeliveryHead of={of} />
      <Pending of={{ found, failure }} lines={3} />
      {found !== undefined && <DeliveryContent of={found.delivery} />}
    </>
  );
}

/** What identifies a delivery, and its nodes. */
export function DeliveryHead({ of: { id, topic, nodes } }: { readonly of: DeliveryRow }) {
  return (
    <p class="note">
      <Text of={id} /> on <Text of={topic} />
      {nodes.slice(0, 5).map((node) => (
        <span key={node}>
          {" "}
          <a href={hrefTo("nodes", node)}>
            <Text of={node} max={40} />
          </a>
        </span>
      ))}
    </p>
  );
}

/** A delivery as it was published, beside the event that was decoded from it. */
export function DeliveryContent({
  of: { body, event, problem },
}: {
  readonly of: Content & Pick<DeliveryRow, "problem">;
}) {
  return (
    <div class="beside">
      <Json title="As published" text={prettyText(body)} />
      <Json title="Decoded" text={problem ?? event} />
    </div>
  );
}

function Json({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure>
      <figcaption class="note">{title}</figcaption>
      <Output of={text} />
    </figure>
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
