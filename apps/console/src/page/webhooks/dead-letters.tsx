import { useState } from "preact/hooks";
import { act, get } from "../shared/api.ts";
import { Confirmed } from "../shared/confirmed.tsx";
import { ONCE, useReading } from "../shared/live.ts";
import { Empty, Failure, Skeleton } from "../shared/message.tsx";
import { Text } from "../shared/text.tsx";
import { timeText } from "../shared/time.ts";

/** A dead letter, as the console returns it. */
interface Letter {
  readonly messageId: string;
  readonly deliveryId: string;
  readonly sentAtMs?: number;
  readonly errorCode?: string;
  readonly reason?: string;
  readonly body: string;
}

/** The dead letters of a webhook, with what can be done about them. */
export function DeadLetters({ webhook }: { readonly webhook: string }) {
  const [reads, setReads] = useState(0);
  const { found, failure } = useReading<readonly Letter[]>(
    (signal) => get(`/console/webhooks/${webhook}/dead-letters`, {}, signal),
    ONCE,
    [webhook, reads],
  );
  if (failure !== undefined) return <Failure of={failure} />;
  if (found === undefined) return <Skeleton lines={2} />;
  if (found.length === 0) return <Empty>No dead letters.</Empty>;
  const doWith = (action: string) => async () => {
    await act(action, { webhook, ids: found.map(({ messageId }) => messageId) });
    setReads(reads + 1);
  };
  return (
    <>
      <Confirmed
        title="Redrive these"
        question={`Move ${found.length} back to the queue of ${webhook}?`}
        run={doWith("redrive")}
      />
      <Confirmed title="Drop these" question={`Delete ${found.length} for good?`} run={doWith("drop")} />
      <ul class="deliveries">
        {found.map(({ messageId, deliveryId, sentAtMs, errorCode, reason, body }) => (
          <li key={messageId}>
            <Text of={`${timeText(sentAtMs)} ${deliveryId}`} max={80} /> <b>{errorCode}</b>{" "}
            <Text of={reason ?? "retried too often, or not delivered by SNS"} max={300} />
            <p class="note">
              <Text of={body} max={300} />
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
