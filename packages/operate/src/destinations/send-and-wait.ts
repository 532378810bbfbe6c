import { setTimeout as pause } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { RainhooksError, SECOND_MS } from "@rainhooks/core";
import {
  type Attempt,
  type AttemptMessage,
  attemptId,
  attemptsOfEvent,
  type Destination,
  MAX_KNOWN_AGE_MS,
  sendAttempts,
} from "@rainhooks/forwarding";
import { ATTEMPTS_WORKER, type Forwarding } from "./forwarding-of.ts";

const LOOK_EVERY_MS = 500;
/** The clock of this machine may be a little ahead. */
const KNOWN_AFTER_MS = MAX_KNOWN_AGE_MS + SECOND_MS;

/** How an attempt is made. */
interface SendOptions {
  readonly sqs: SQSClient;
  /** How long to wait for the attempt in the log. */
  readonly waitMs: number;
}

/**
 * Sends an event to the worker that makes attempts, and waits until its attempt is in the log. After a change of the destination, it is sent
 * when the worker knows the change.
 *
 * @throws {RainhooksError} `stage-failed` if none is there in time.
 */
export async function sendAndWait(
  { queueUrl, log }: Forwarding,
  { id: destination, updatedAtMs }: Destination,
  event: Pick<AttemptMessage, "webhookId" | "delivery">,
  { sqs, waitMs }: SendOptions,
): Promise<Attempt> {
  const { webhookId } = event;
  const attempts = async () =>
    (await attemptsOfEvent(log, webhookId)).filter((one) => one.destination === destination);
  const before = new Set((await attempts()).map(attemptId));
  const send = sendAttempts({ client: async () => sqs, queueUrl, nowMs: Date.now });
  const ageMs = Date.now() - updatedAtMs;
  if (ageMs >= 0 && ageMs < KNOWN_AFTER_MS) await pause(KNOWN_AFTER_MS - ageMs);
  const [unsent] = await send([{ ...event, destination, attempt: 1, sentAtMs: Date.now() }]);
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
