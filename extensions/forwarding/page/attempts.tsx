import { DAY_MS } from "@rainhooks/core/durations";
import { address, hrefTo, setParams, setTyped } from "@rainhooks/page/address";
import { act, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { ONCE, untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { Output } from "@rainhooks/page/output.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { isoTime, timeText } from "@rainhooks/page/time";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { attemptQuestion, listAttemptsQuestion } from "../questions/attempts.ts";

type Listed = AnswerOf<typeof listAttemptsQuestion>["attempts"][number];

interface Props {
  readonly destination: string;
  /** Whether an event can be sent again. */
  readonly canRetry: boolean;
}

const STATES = ["all", "failed", "delivered"] as const;
const SHOWN = 50;

/** The attempts at a destination, newest first. */
export function Attempts({ destination, canRetry }: Props) {
  const { state, event, node, before } = address.value.params;
  // What no key has is looked for in a day of attempts.
  const days = event === undefined && node === undefined ? KEPT_DAYS : 1;
  const range = rangeTo(before, days);
  const { found, failure } = useReading<AnswerOf<typeof listAttemptsQuestion> & { readonly next?: string }>(
    (signal) => get("/v1/attempts", { destination, state, event, node, ...range, limit: SHOWN }, signal),
    () => untilFreeReadMs(before === undefined),
    [destination, state, event, node, before, endedJobs()],
  );
  const oldestMs = found?.attempts.at(-1)?.atMs;
  return (
    <section class="card" aria-labelledby="attempts">
      <h2 id="attempts">Attempts {before === undefined ? "" : `before ${timeText(Number(before))}`}</h2>
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
        {(["event", "node"] as const).map((name) => (
          <label key={name}>
            {name}{" "}
            <input
              type="search"
              size={12}
              maxLength={256}
              value={address.value.params[name] ?? ""}
              onChange={({ currentTarget }) => setParams({ [name]: currentTarget.value.trim() })}
            />
          </label>
        ))}
        {before !== undefined && (
          <button type="button" onClick={() => setParams({ before: "" })}>
            newest
          </button>
        )}
      </fieldset>
      {failure !== undefined && <Failure of={failure} />}
      {found === undefined && failure === undefined && <Skeleton lines={3} />}
      {found?.attempts.length === 0 && (
        <Empty>No such attempts in {days === 1 ? "this day" : `these ${days} days`}.</Empty>
      )}
      <ul class="deliveries">
        {found?.attempts.map((one) => (
          <Attempt key={one.id} of={one} destination={destination} canRetry={canRetry} />
        ))}
      </ul>
      {found?.next !== undefined && oldestMs !== undefined && (
        <button type="button" onClick={() => setParams({ before: String(oldestMs) })}>
          Older attempts
        </button>
      )}
    </section>
  );
}

/** How long attempts are kept. */
const KEPT_DAYS = 30;

/** Returns the range of some days up to a time. */
function rangeTo(before: string | undefined, days: number): { readonly from: number; readonly to?: string } {
  const toMs = before === undefined ? Date.now() : Number(before);
  return { from: Math.max(0, toMs - days * DAY_MS), ...(before === undefined ? {} : { to: before }) };
}

/** One attempt; it opens to its request and its response. */
function Attempt({ of, destination, canRetry }: Props & { readonly of: Listed }) {
  const isOpen = address.value.params["open"] === of.id;
  const { id, atMs, eventType, events, nodeId = "", outcome, status, error, attempt, durationMs } = of;
  const isDelivered = outcome === "delivered";
  return (
    <li>
      <button
        type="button"
        class="delivery"
        aria-expanded={isOpen}
        onClick={() => setTyped({ open: isOpen ? "" : id })}
      >
        <time dateTime={isoTime(atMs)}>{timeText(atMs)}</time>
        <b class={isDelivered ? "online" : "bad"}>
          {outcome} {status}
        </b>
        <Text
          of={`${events === undefined ? "" : `${events} × `}${eventType.replace(/^.*\./, "")} ${nodeId}`}
          max={60}
        />
        <span class="about">
          {error !== undefined && (
            <>
              <Text of={error} max={160} />;{" "}
            </>
          )}
          attempt {attempt}, {durationMs} ms
        </span>
      </button>
      {isOpen && <AttemptDetail id={id} node={of.nodeId} />}
      {isOpen && canRetry && !isDelivered && (
        <ConfirmButton
          title="Retry"
          question={`Send this event to ${destination} once more?`}
          run={() => act("retry", { id })}
        />
      )}
    </li>
  );
}

function AttemptDetail({ id, node }: { readonly id: string; readonly node: string | undefined }) {
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
        {node !== undefined && (
          <>
            {" · "}
            <a href={hrefTo("nodes", node)}>
              <Text of={node} max={60} />
            </a>
          </>
        )}
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
