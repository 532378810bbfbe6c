import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirm-button.jsx";
import { areJobsRead, endedJobs } from "@rainhooks/page/jobs.jsx";
import { Await, Card, Empty } from "@rainhooks/page/layout.jsx";
import { ONCE, useGet } from "@rainhooks/page/live";
import type { DeliveryProps } from "@rainhooks/page/pages";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import type { DeadLetterOfDelivery } from "../routes.ts";

/** Dead letters of a delivery, as soon as it is known which jobs have ended. */
export function DeliveryDeadLetters({ id }: DeliveryProps) {
  return areJobsRead() ? <Letters delivery={id} /> : null;
}

/**
 * Dead letters of the delivery: looked for once, because reading a queue to its end takes a second.
 */
function Letters({ delivery }: { readonly delivery: string }) {
  const path = `/console/deliveries/${encodeURIComponent(delivery)}/letters`;
  return (
    <Card title="Dead letters">
      <Await of={useGet<readonly DeadLetterOfDelivery[]>(path, {}, ONCE, [endedJobs()])} lines={1}>
        {(letters) => (
          <>
            {letters.length === 0 && <Empty>No dead-letter queue has it.</Empty>}
            {letters.map(({ webhook, messageId, sentAtMs, errorCode = "", reason }) => (
              <p key={messageId}>
                <b>{webhook}</b> since {timeText(sentAtMs)}:{" "}
                <Text of={`${errorCode} ${reason}`} max={300} />{" "}
                <ConfirmButton
                  title={`Redrive to ${webhook}`}
                  question={`Move it back to the queue of ${webhook}?`}
                  run={() => act("redrive", { webhook, ids: [messageId] })}
                />
              </p>
            ))}
          </>
        )}
      </Await>
    </Card>
  );
}
