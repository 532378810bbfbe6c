import { defined } from "@rainhooks/core/collections";
import type { InferOutput } from "valibot";
import type { attemptResult } from "./attempt-schema.ts";

/** One attempt, as the log of attempts keeps it: neither the body nor a secret is in it. */
export type Attempt = Readonly<Omit<InferOutput<typeof attemptResult>, "id" | "all">>;

/** A header of a request as the log shows it: secret values are `***`. */
export type LoggedHeaders = Attempt["headers"];

/** What identifies an attempt. */
export type AttemptKey = Pick<Attempt, "webhookId" | "destination" | "attempt" | "atMs">;

/** Returns the id of an attempt, as {@link readAttempt} takes it. */
export function attemptId({ webhookId, destination, attempt, atMs }: AttemptKey): string {
  return [webhookId, destination, attempt, atMs].join(".");
}

/** Returns how an attempt ended. */
export function outcomeOf(one: Attempt) {
  const { attempt, atMs, outcome, durationMs, status, error, nextAtMs } = one;
  return {
    id: attemptId(one),
    attempt,
    atMs,
    outcome,
    durationMs,
    ...defined({ status, error, nextAtMs }),
  };
}

/** A webhook-id contains no dot, neither does the id of a destination. */
const ID = /^([^.]{1,256})\.([a-z0-9-]{1,30})\.(\d{1,4})\.(\d{1,16})$/;

/** Reads the id of an attempt; returns `undefined` for any other text. */
export function parseAttemptId(id: string): AttemptKey | undefined {
  const [match, webhookId = "", destination = "", attempt = "", atMs = ""] = ID.exec(id) ?? [];
  if (match === undefined) return undefined;
  return { webhookId, destination, attempt: Number(attempt), atMs: Number(atMs) };
}
