import { act, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { areJobsKnown, endedJobs } from "@rainhooks/page/jobs.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { Empty, Pending } from "@rainhooks/page/message.jsx";
import type { DeliveryProps } from "@rainhooks/page/pages";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import type { LetterOfDelivery } from "../routes.ts";

/** Dead letters of a delivery, as soon as it is known which jobs have ended. */
export function DeliveryLetters({ id }: DeliveryProps) {
  return areJobsKnown() ? <Letters delivery={id} /> : null;
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
      <Pending of={{ found, failure }} lines={1} />
      {found?.length === 0 && <Empty>No dead-letter queue has it.</Empty>}
      {found?.map(({ webhook, messageId, sentAtMs, errorCode = "", reason }) => (
        <p key={messageId}>
          <b>{webhook}</b> since {timeText(sentAtMs)}: <Text of={`${errorCode} ${reason}`} max={300} />{" "}
          <ConfirmButton
            title={`Redrive to ${webhook}`}
            question={`Move it back to the queue of ${webhook}?`}
            run={() => act("redrive", { webhook, ids: [messageId] })}
          />
        </p>
      ))}
    </section>
  );
}
