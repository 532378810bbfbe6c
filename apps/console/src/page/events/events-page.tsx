import { address } from "@rainhooks/page/address";
import { readDeliveries } from "@rainhooks/page/deliveries";
import { DeliveryList } from "@rainhooks/page/delivery-list.jsx";
import { Filters } from "@rainhooks/page/filters.jsx";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { stage } from "@rainhooks/page/stage";
import { durationText, timeText } from "@rainhooks/page/time";
import type { DeliveriesAnswer } from "@rainhooks/stage/routes/deliveries";
import { useEffect, useState } from "preact/hooks";
import { LiveTail } from "./live-tail.tsx";
import type { TailFilter } from "./tail.ts";

/** The deliveries that pass now, and those of the archive. */
export function EventsPage() {
  const { type, node, text } = address.value.params;
  const key = JSON.stringify({ type, node, text });
  const [filter, setFilter] = useState<TailFilter>({ type, node, text });
  useEffect(() => setFilter(JSON.parse(key) as TailFilter), [key]);
  useEffect(() => {
    document.title = "Events · Rainhooks";
  }, []);
  return (
    <>
      <h1 class="visually-hidden">Events</h1>
      <Filters label="Deliveries" fields={FIELDS} />
      {stage.value?.isLocal === true && <LiveTail filter={filter} />}
      {stage.value?.isLocal === false && (
        <section class="card">
          <h2>Live</h2>
          <p class="note">
            A deployed stage has no live tail that can be looked at: a queue would have to be made for it.
          </p>
        </section>
      )}
      <History filter={filter} />
    </>
  );
}

const FIELDS = [
  ["text", "Text in the message"],
  ["type", "Type, such as alert"],
  ["node", "Node id"],
] as const;

const SHOWN = 100;

/** The deliveries of the archive, newest first. */
function History({ filter }: { readonly filter: TailFilter }) {
  const [pages, setPages] = useState<readonly DeliveriesAnswer[]>([]);
  const [reads, setReads] = useState(0);
  const [after, setAfter] = useState<string>();
  const read = async (signal: AbortSignal) => {
    const { type, node, text } = filter;
    const answer = await readDeliveries({ type, node, text, after, limit: SHOWN }, signal);
    setPages((before) => (after === undefined ? [answer] : [...before, answer]));
  };
  const { failure } = useReading(read, () => untilFreeReadMs(after === undefined), [filter, reads, after]);
  const again = () => {
    setAfter(undefined);
    setReads(reads + 1);
  };
  const last = pages.at(-1);
  const found = pages.flatMap(({ deliveries }) => deliveries);
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">
        History{" "}
        {last !== undefined && (
          <span class="note">
            from the archive, up to {durationText(last.delayS * 1000)} behind; searched back to{" "}
            {timeText(last.fromMs)}
          </span>
        )}{" "}
        <button type="button" onClick={again}>
          Read again
        </button>
      </h2>
      {failure !== undefined && <Failure of={failure} />}
      {last === undefined && failure === undefined && <Skeleton lines={4} />}
      {last !== undefined && found.length === 0 && (
        <Empty>The archive has no such delivery in this time.</Empty>
      )}
      <DeliveryList of={found} />
      {last !== undefined && (
        <button type="button" class="plain" onClick={() => setAfter(last.next)}>
          Look before {timeText(last.fromMs)}
        </button>
      )}
    </section>
  );
}
