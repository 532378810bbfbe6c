import { useState } from "preact/hooks";
import type { DeliveriesAnswer } from "../../serve/routes/deliveries.ts";
import { readDeliveries } from "../shared/deliveries.ts";
import { DeliveryList } from "../shared/delivery-list.tsx";
import { ONCE, useReading } from "../shared/live.ts";
import { Empty, Failure, Skeleton } from "../shared/message.tsx";
import { stage } from "../shared/stage.ts";
import { durationText, timeText } from "../shared/time.ts";
import type { TailFilter } from "./tail.ts";

const SHOWN = 100;
/** On the local stage, a look costs nothing. */
const LOCAL_EVERY_MS = 5000;

/** The deliveries of the archive, newest first. */
export function History({ filter }: { readonly filter: TailFilter }) {
  const [pages, setPages] = useState<readonly DeliveriesAnswer[]>([]);
  const [reads, setReads] = useState(0);
  const [after, setAfter] = useState<string>();
  const read = async (signal: AbortSignal) => {
    const { type, node, text } = filter;
    const answer = await readDeliveries({ type, node, text, after, limit: SHOWN }, signal);
    setPages((before) => (after === undefined ? [answer] : [...before, answer]));
  };
  const everyMs = () => (stage.value?.isLocal === true && after === undefined ? LOCAL_EVERY_MS : ONCE());
  const { failure } = useReading(read, everyMs, [filter, reads, after]);
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
