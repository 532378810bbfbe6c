import type { AnswerOf, attemptQuestion, listAttemptsQuestion } from "@rainhooks/query";
import { useState } from "preact/hooks";
import { act, get } from "../shared/api.ts";
import { Confirmed } from "../shared/confirmed.tsx";
import { endedJobs } from "../shared/jobs.tsx";
import { ONCE, useReading } from "../shared/live.ts";
import { Empty, Failure, Skeleton } from "../shared/message.tsx";
import { Output } from "../shared/output.tsx";
import { hrefTo, place, setParams } from "../shared/place.ts";
import { stage } from "../shared/stage.ts";
import { Text } from "../shared/text.tsx";
import { timeText } from "../shared/time.ts";

type Listed = AnswerOf<typeof listAttemptsQuestion>["attempts"][number];

interface Props {
  readonly destination: string;
  /** Whether an event can be sent again. */
  readonly canRetry: boolean;
}

const STATES = ["all", "failed", "delivered"] as const;
const SHOWN = 50;
const LOCAL_EVERY_MS = 5000;

/** The attempts of the last day at a destination, newest first. */
export function Attempts({ destination, canRetry }: Props) {
  const { state } = place.value.params;
  const { found, failure } = useReading<AnswerOf<typeof listAttemptsQuestion>>(
    (signal) => get("/v1/attempts", { destination, state, limit: SHOWN }, signal),
    () => (stage.value?.isLocal === false ? ONCE() : LOCAL_EVERY_MS),
    [destination, state, endedJobs()],
  );
  return (
    <section class="card" aria-labelledby="attempts">
      <h2 id="attempts">Attempts of the last day</h2>
      <fieldset class="range">
        <legend class="visually-hidden">Which attempts</legend>
        {STATES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={(state ?? "all") === name}
            onClick={() => setParams({ state: name === "all" ? "" : name })}
          >
            {name}
          </button>
        ))}
      </fieldset>
      {failure !== undefined && <Failure of={failure} />}
      {found === undefined && failure === undefined && <Skeleton lines={3} />}
      {found?.attempts.length === 0 && <Empty>No {state ?? ""} attempts in the last day.</Empty>}
      <ul class="deliveries">
        {found?.attempts.map((one) => (
          <Attempt key={one.id} of={one} destination={destination} canRetry={canRetry} />
        ))}
      </ul>
    </section>
  );
}

/** One attempt; it opens to its request and its response. */
function Attempt({ of, destination, canRetry }: Props & { readonly of: Listed }) {
  const [isOpen, setOpen] = useState(false);
  const { id, atMs, eventType, nodeId = "", outcome, status, error, attempt, durationMs } = of;
  const isDelivered = outcome === "delivered";
  return (
    <li>
      <button type="button" class="delivery" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <time dateTime={new Date(atMs).toISOString()}>{timeText(atMs)}</time>
        <b class={isDelivered ? "online" : "bad"}>
          {outcome} {status}
        </b>
        <Text of={`${eventType.replace(/^.*\./, "")} ${nodeId}`} max={60} />
        <span class="about">
          {error !== undefined && (
            <>
              <Text of={error} max={160} />;{" "}
            </>
          )}
          attempt {attempt}, {durationMs} ms
        </span>
      </button>
      {isOpen && <AttemptDetail id={id} />}
      {isOpen && canRetry && !isDelivered && (
        <Confirmed
          title="Retry"
          question={`Send this event to ${destination} once more?`}
          run={() => act("retry", { id })}
        />
      )}
    </li>
  );
}

function AttemptDetail({ id }: { readonly id: string }) {
  const { found, failure } = useReading<AnswerOf<typeof attemptQuestion>>(
    (signal) => get(`/v1/attempts/${encodeURIComponent(id)}`, {}, signal),
    ONCE,
    [id],
  );
  if (failure !== undefined) return <Failure of={failure} />;
  if (found === undefined) return <Skeleton lines={2} />;
  const { method, url, headers, bodyBytes, response, deliveryId, publishedMs, nextAtMs, all } = found;
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <div class="detail">
      <p class="note">
        <a href={hrefTo("events", deliveryId, { at: String(publishedMs) })}>What became of this event</a>
        {all.length > 1 && ` · attempt ${found.attempt} of ${all.length}`}
        {nextAtMs !== undefined && ` · the next one at ${timeText(nextAtMs)}`}
      </p>
      <div class="beside">
        <figure>
          <figcaption class="note">Request, with a body of {bodyBytes} bytes</figcaption>
          <Output of={[`${method} ${url}`, ...head].join("\n")} />
        </figure>
        <figure>
          <figcaption class="note">Response</figcaption>
          <Output of={response ?? found.error ?? "no response"} />
        </figure>
      </div>
    </div>
  );
}
