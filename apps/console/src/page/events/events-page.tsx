import { useEffect, useState } from "preact/hooks";
import { place } from "../shared/place.ts";
import { commandOf, stage } from "../shared/stage.ts";
import { EventFilter } from "./event-filter.tsx";
import { History } from "./history.tsx";
import { LiveTail } from "./live-tail.tsx";
import type { TailFilter } from "./tail.ts";

/** The deliveries that pass now, and those of the archive. */
export function EventsPage() {
  const { type, node, text } = place.value.params;
  const key = JSON.stringify({ type, node, text });
  const [filter, setFilter] = useState<TailFilter>({ type, node, text });
  useEffect(() => setFilter(JSON.parse(key) as TailFilter), [key]);
  useEffect(() => {
    document.title = "Events · Rainhooks";
  }, []);
  return (
    <>
      <h1 class="visually-hidden">Events</h1>
      <EventFilter />
      {stage.value?.isLocal === true && <LiveTail filter={filter} />}
      {stage.value?.isLocal === false && (
        <section class="card">
          <h2>Live</h2>
          <p class="note">
            A deployed stage has no live tail that can be looked at: a queue would have to be made for it.{" "}
            <code>{commandOf("listen --forward-to <url>")}</code> makes one, and removes it again.
          </p>
        </section>
      )}
      <History filter={filter} />
    </>
  );
}
