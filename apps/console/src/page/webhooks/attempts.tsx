import type { AnswerOf, listAttemptsQuestion } from "@rainhooks/query";
import { act, get } from "../shared/api.ts";
import { Confirmed } from "../shared/confirmed.tsx";
import { ONCE, useReading } from "../shared/live.ts";
import { Empty, Failure, Skeleton } from "../shared/message.tsx";
import { Text } from "../shared/text.tsx";
import { timeText } from "../shared/time.ts";

interface Props {
  readonly destination: string;
  /** Whether an event can be sent again. */
  readonly canRetry: boolean;
}

/** The attempts of the last day that a destination did not take. */
export function FailedAttempts({ destination, canRetry }: Props) {
  const { found, failure } = useReading<AnswerOf<typeof listAttemptsQuestion>>(
    (signal) => get("/v1/attempts", { destination, state: "failed", limit: 20 }, signal),
    ONCE,
    [destination],
  );
  if (failure !== undefined) return <Failure of={failure} />;
  if (found === undefined) return <Skeleton lines={2} />;
  if (found.attempts.length === 0) return <Empty>No failed attempts in the last day.</Empty>;
  return (
    <ul class="deliveries">
      {found.attempts.map(({ id, atMs, eventType, nodeId = "", outcome, status, url, error, attempt }) => (
        <li key={id}>
          {timeText(atMs)} <Text of={`${eventType} ${nodeId}`} max={80} /> <Text of={url} max={80} />{" "}
          <b>
            {outcome} {status}
          </b>{" "}
          <Text of={error ?? ""} max={200} /> <span class="note">attempt {attempt}</span>{" "}
          {canRetry && (
            <Confirmed
              title="Retry"
              question={`Send this event to ${destination} once more?`}
              run={() => act("retry", { id })}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
