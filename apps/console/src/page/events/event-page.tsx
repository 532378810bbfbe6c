import { address, hrefOf, hrefTo, idInAddress } from "@rainhooks/page/address";
import { act, get } from "@rainhooks/page/api";
import { Confirmed } from "@rainhooks/page/confirmed.jsx";
import { DeliveryContent, DeliveryHead } from "@rainhooks/page/delivery-list.jsx";
import { areJobsKnown, endedJobs, Jobs } from "@rainhooks/page/jobs.jsx";
import { ONCE, untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useEffect } from "preact/hooks";
import type { DestinationOutcome, LetterOfDelivery, OutcomesAnswer } from "../../serve/routes/outcomes.ts";

/** A delivery, and what became of it: at each webhook, each destination, and in dead-letter queues. */
export function EventPage() {
  const id = idInAddress();
  const { at, tz } = address.value.params;
  const { found, failure } = useReading<OutcomesAnswer>(
    (signal) => get(`/console/deliveries/${encodeURIComponent(id)}`, { at }, signal),
    () => untilFreeReadMs(),
    [id, at, endedJobs()],
  );
  useEffect(() => {
    document.title = `${found?.delivery.type ?? "Event"} · Rainhooks`;
  }, [found?.delivery.type]);
  return (
    <>
      <p class="note">
        <a href={hrefOf("/events", { tz })}>Events</a>
      </p>
      {failure !== undefined && found === undefined && <Failure of={failure} />}
      <Jobs />
      {found === undefined && failure === undefined && <Skeleton lines={6} />}
      {found !== undefined && (
        <>
          <section class="card" aria-labelledby="event">
            <h1 id="event">
              <Text of={found.delivery.type} max={60} />{" "}
              <span class="note">published {timeText(found.delivery.sentAtMs)}</span>
            </h1>
            <DeliveryHead of={found.delivery} />
          </section>
          <section class="card" aria-labelledby="handled">
            <h2 id="handled">What each webhook did with it</h2>
            <dl class="rows">
              {found.webhooks.map(({ webhook, text }) => (
                <div key={webhook}>
                  <dt>{webhook}</dt>
                  <dd>
                    <Text of={text} max={300} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
          <Destinations of={found.destinations} />
        </>
      )}
      {areJobsKnown() && <Letters delivery={id} />}
      {found !== undefined && (
        <section class="card" aria-labelledby="content">
          <h2 id="content">What it says</h2>
          <DeliveryContent of={found.delivery} />
        </section>
      )}
    </>
  );
}

function Destinations({ of }: { readonly of: readonly DestinationOutcome[] }) {
  return (
    <section class="card" aria-labelledby="sent">
      <h2 id="sent">Where it was sent</h2>
      {of.length === 0 && <Empty>The stage has no destinations for it.</Empty>}
      <dl class="rows">
        {of.map(({ id, text, attempts, isGone = false }) => (
          <div key={id}>
            <dt>{isGone ? `${id} (removed)` : <a href={hrefTo("destinations", id)}>{id}</a>}</dt>
            <dd>
              {text}
              {attempts.map(({ id: key, attempt, atMs, outcome, status, error, nextAtMs }) => (
                <p key={key}>
                  <b class={outcome === "delivered" ? "online" : "bad"}>
                    {outcome} {status}
                  </b>{" "}
                  {timeText(atMs)}, attempt {attempt}
                  {error !== undefined && (
                    <>
                      : <Text of={error} max={200} />
                    </>
                  )}
                  {nextAtMs !== undefined &&
                    nextAtMs > Date.now() &&
                    `; the next one at ${timeText(nextAtMs)}`}{" "}
                  {!isGone && outcome !== "delivered" && nextAtMs === undefined && (
                    <Confirmed
                      title={`Retry at ${id}`}
                      question={`Send this event to ${id} once more?`}
                      run={() => act("retry", { id: key })}
                    />
                  )}
                </p>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Dead letters of the delivery: looked for once, because reading a queue to its end takes a second. */
function Letters({ delivery }: { readonly delivery: string }) {
  const { found, failure } = useReading<readonly LetterOfDelivery[]>(
    (signal) => get(`/console/deliveries/${encodeURIComponent(delivery)}/letters`, {}, signal),
    ONCE,
    [delivery, endedJobs()],
  );
  return (
    <section class="card" aria-labelledby="letters">
      <h2 id="letters">Dead letters</h2>
      {failure !== undefined && <Failure of={failure} />}
      {found === undefined && failure === undefined && <Skeleton lines={1} />}
      {found?.length === 0 && <Empty>No dead-letter queue has it.</Empty>}
      {found?.map(({ webhook, messageId, sentAtMs, errorCode = "", reason }) => (
        <p key={messageId}>
          <b>{webhook}</b> since {timeText(sentAtMs)}: <Text of={`${errorCode} ${reason}`} max={300} />{" "}
          <Confirmed
            title={`Redrive to ${webhook}`}
            question={`Move it back to the queue of ${webhook}?`}
            run={() => act("redrive", { webhook, ids: [messageId] })}
          />
        </p>
      ))}
    </section>
  );
}
