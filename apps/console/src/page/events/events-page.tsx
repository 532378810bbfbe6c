import { commandOf, get, stage } from "@rainhooks/page/api";
import { DeliveryList } from "@rainhooks/page/delivery-list.jsx";
import { Filters, valuesOf } from "@rainhooks/page/filters.jsx";
import { Await, Empty, PageTitle } from "@rainhooks/page/layout.jsx";
import { ONCE, untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { durationText, timeText } from "@rainhooks/page/time";
import type { DeliveriesResponse, DeliveryRow } from "@rainhooks/stage/routes/deliveries";
import { useRef, useState } from "preact/hooks";
import type { TailFilter } from "./use-tail.ts";
import { type Tail, useTail } from "./use-tail.ts";

const FIELDS = [
  { name: "text", title: "Text in the message, or id" },
  { name: "type", title: "Type, such as alert" },
  { name: "node", title: "Node id" },
  { name: "from", title: "From, such as 1h" },
  { name: "to", title: "To, such as 2026-11-24T08:00Z" },
];

/** The deliveries that pass now, and those of the archive. */
export function EventsPage() {
  const filter: EventsFilter = valuesOf(FIELDS);
  return (
    <>
      <PageTitle title="Events" />
      <Filters label="Deliveries" fields={FIELDS} />
      <Events key={JSON.stringify(filter)} filter={filter} />
    </>
  );
}

interface EventsFilter extends TailFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function Events({ filter: given }: { readonly filter: EventsFilter }) {
  // It is another component for another filter.
  const [filter] = useState(given);
  const tail = useTail(filter, stage.value?.isLocal === true && filter.to === undefined);
  const { last, archived, failure, goOn, again } = useHistory(filter, tail.isLive);
  const rows = merged(tail.rows, archived);
  return (
    <section class="card" aria-label="Events">
      <h2>
        <LiveState of={tail} />{" "}
        {last !== undefined && (
          <span class="note">
            from the archive, up to {durationText(last.delayS * 1000)} behind; searched back to{" "}
            {timeText(last.fromMs)}
          </span>
        )}{" "}
        {!tail.isLive && (
          <button type="button" onClick={again}>
            Read again
          </button>
        )}
      </h2>
      <Await of={{ result: last, failure }} lines={rows.length === 0 ? 4 : 0} />
      {rows.length > 0 && <DeliveryList of={rows} />}
      {last !== undefined && rows.length === 0 && (
        <Empty>
          There is no such event in this time. Publish one:{" "}
          <code>{commandOf("trigger alert --node my-node")}</code>
        </Empty>
      )}
      {last?.next !== undefined && (
        <button type="button" class="plain" onClick={goOn}>
          Look before {timeText(last.fromMs)}
        </button>
      )}
    </section>
  );
}

function LiveState({ of: { isLive, isOpen, isPaused, setPaused } }: { readonly of: Tail }) {
  if (stage.value?.isLocal === false)
    return <span class="note">A deployed stage has no live tail: these are from the archive.</span>;
  if (!isLive) return null;
  return (
    <>
      <span class={isPaused ? "unknown" : "online"}>{isPaused ? "Paused" : "Live"}</span>{" "}
      <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
        {isPaused ? "Go on" : "Pause"}
      </button>
      {isOpen && !isPaused && <span class="note"> new ones wait while one is open</span>}
    </>
  );
}

const SHOWN = 100;

/** The deliveries of the archive: read once while newer ones come live. */
function useHistory(filter: EventsFilter, isLive: boolean) {
  const [pages, setPages] = useState<readonly DeliveriesResponse[]>([]);
  const [reads, setReads] = useState(0);
  const [after, setAfter] = useState<string>();
  const live = useRef(isLive);
  live.current = isLive;
  const read = async (signal: AbortSignal) => {
    const params = { ...filter, after, limit: SHOWN };
    const result = await get<DeliveriesResponse>("/console/deliveries", params, signal);
    setPages((before) => (after === undefined ? [result] : [...before, result]));
  };
  const everyMs = () => (live.current ? ONCE : untilFreeReadMs(after === undefined));
  const { failure } = useReading(read, everyMs, [reads, after]);
  return {
    last: pages.at(-1),
    archived: pages.flatMap(({ deliveries }) => deliveries),
    failure,
    goOn: () => setAfter(pages.at(-1)?.next),
    again: () => {
      setAfter(undefined);
      setReads(reads + 1);
    },
  };
}

/** Joins what came live and what the archive has: each once, newest first. */
function merged(
  live: readonly DeliveryRow[],
  archived: readonly DeliveryRow[],
): readonly DeliveryRow[] {
  const byId = new Map([...archived, ...live].map((row) => [row.id, row]));
  return [...byId.values()].toSorted((one, other) => other.sentAtMs - one.sentAtMs);
}
