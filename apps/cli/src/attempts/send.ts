import { setTimeout as pause } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { RainhooksError } from "@rainhooks/core";
import {
  type Attempt,
  type AttemptMessage,
  attemptId,
  attemptsOfEvent,
  sendAttempts,
} from "@rainhooks/forwarding";
import { ATTEMPTS_WORKER, type Forwarding } from "../destinations/reach-destinations.ts";

const LOOK_EVERY_MS = 500;

/** How an attempt is made. */
interface SendOptions {
  readonly sqs: SQSClient;
  /** How long to wait for the attempt in the log. */
  readonly waitMs: number;
  /** The options for the stage, as part of a command that is advised. */
  readonly onStage: string;
}

/**
 * Sends an event to the worker that makes attempts, and waits until its attempt is in the log.
 *
 * @throws {RainhooksError} `stage-failed` if none is there in time.
 */
export async function sendAndWait(
  { queueUrl, log }: Forwarding,
  message: AttemptMessage,
  { sqs, waitMs, onStage }: SendOptions,
): Promise<Attempt> {
  const { webhookId, destination } = message;
  const attempts = async () =>
    (await attemptsOfEvent(log, webhookId)).filter((one) => one.destination === destination);
  const before = new Set((await attempts()).map(attemptId));
  const send = sendAttempts({ client: async () => sqs, queueUrl, nowMs: Date.now });
  const [unsent] = await send([message]);
  if (unsent !== undefined) throw unsent.error.cause ?? unsent.error;
  for (const untilMs = Date.now() + waitMs; Date.now() < untilMs; await pause(LOOK_EVERY_MS)) {
    const made = (await attempts()).find((one) => !before.has(attemptId(one)));
    if (made !== undefined) return made;
  }
  throw failed(
    `The event was sent, but there is no attempt in the log after ${waitMs / 1000} s. See "rainhooks logs ${ATTEMPTS_WORKER}${onStage}" and "rainhooks dlq show ${ATTEMPTS_WORKER}${onStage}".`,
  );
}

function failed(message: string): RainhooksError {
  return new RainhooksError("stage-failed", message);
}
