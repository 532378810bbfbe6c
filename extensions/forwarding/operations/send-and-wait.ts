import { setTimeout as pause } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { type Attempt, attemptId } from "../attempts/attempt.ts";
import { attemptsOfEvent } from "../attempts/read-attempts.ts";
import type { Destination } from "../destinations/destination.ts";
import type { AttemptMessage } from "../messages/attempt-message.ts";
import { sendAttempts } from "../messages/send-attempts.ts";
import { ATTEMPTS_WORKER, type Forwarding } from "./forwarding-of.ts";

const LOOK_EVERY_MS = 500;

/** How an attempt is made. */
interface SendOptions {
  readonly sqs: SQSClient;
  /** How long to wait for the attempt in the log. */
  readonly waitMs: number;
}

/**
 * Sends an event to the worker that makes attempts, and waits until its attempt is in the log. The worker
 * knows the last change of the destination.
 *
 * @throws {RainhooksError} `stage-failed` if none is there in time.
 */
export async function sendAndWait(
  { queueUrl, log }: Forwarding,
  { id: destination, updatedAtMs: changedAtMs }: Destination,
  event: Pick<AttemptMessage, "webhookId" | "delivery">,
  { sqs, waitMs }: SendOptions,
): Promise<Attempt> {
  const { webhookId } = event;
  const attempts = async () =>
    (await attemptsOfEvent(log, webhookId)).filter((one) => one.destination === destination);
  const before = new Set((await attempts()).map(attemptId));
  const send = sendAttempts({ client: async () => sqs, queueUrl, nowMs: Date.now });
  const [unsent] = await send([{ ...event, destination, attempt: 1, changedAtMs, sentAtMs: Date.now() }]);
  if (unsent !== undefined) throw unsent.error.cause ?? unsent.error;
  for (const untilMs = Date.now() + waitMs; Date.now() < untilMs; await pause(LOOK_EVERY_MS)) {
    const made = (await attempts()).find((one) => !before.has(attemptId(one)));
    if (made !== undefined) return made;
  }
  throw new RainhooksError(
    "stage-failed",
    `The event was sent, but there is no attempt in the log after ${waitMs / SECOND_MS} s.`,
    { hint: { to: "See", command: `logs ${ATTEMPTS_WORKER}` } },
  );
}
