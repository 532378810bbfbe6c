import { DeliveryList } from "@rainhooks/page/delivery-list.jsx";
import { isReading } from "@rainhooks/page/live";
import { Empty } from "@rainhooks/page/message.jsx";
import { commandOf } from "@rainhooks/page/stage";
import type { DeliveryRow } from "@rainhooks/stage/routes/deliveries";
import { useEffect, useRef, useState } from "preact/hooks";
import { followTail, passes, type TailFilter } from "./tail.ts";

/** Deliveries that are kept, and rows that are drawn. */
const [MAX_KEPT, MAX_SHOWN] = [1000, 100];
const DRAW_EVERY_MS = 500;
const AGAIN_MS = 3000;

/** The deliveries that pass on the stage now. It waits while somebody reads. */
export function LiveTail({ filter }: { readonly filter: TailFilter }) {
  const kept = useRef<readonly DeliveryRow[]>([]);
  const [shown, setShown] = useState<readonly DeliveryRow[]>([]);
  const [isPaused, setPaused] = useState(false);
  const [isLive, setLive] = useState(false);
  useEffect(() => {
    const end = new AbortController();
    const follow = async () => {
      await followTail((line) => {
        setLive(true);
        if (line.kind === "delivery") kept.current = [line.delivery, ...kept.current].slice(0, MAX_KEPT);
      }, end.signal).catch(() => undefined);
      setLive(false);
      // The stage may be there again; its feed begins anew.
      kept.current = [];
      if (!end.signal.aborted) setTimeout(follow, AGAIN_MS);
    };
    void follow();
    return () => end.abort();
  }, []);
  useEffect(() => {
    const draw = () => setShown(kept.current.filter((one) => passes(one, filter)).slice(0, MAX_SHOWN));
    if (!isPaused) draw();
    const timer = setInterval(() => {
      if (!isPaused && !isReading.value && !document.hidden) draw();
    }, DRAW_EVERY_MS);
    return () => clearInterval(timer);
  }, [filter, isPaused]);
  return (
    <section class="card" aria-labelledby="live">
      <h2 id="live">
        <span class={isLive && !isPaused ? "online" : "unknown"}>
          {isPaused ? "Paused" : isLive ? "Live" : "…"}
        </span>{" "}
        <span class="note">what SNS takes now, and the last 200 before</span>{" "}
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? "Go on" : "Pause"}
        </button>
      </h2>
      {shown.length === 0 ? (
        <Empty>
          Nothing has passed{Object.values(filter).some((one) => one !== undefined) && " this filter"} yet.
          Publish an event: <code>{commandOf("trigger alert --node my-node")}</code>
        </Empty>
      ) : (
        <DeliveryList of={shown} />
      )}
    </section>
  );
}
