import { SECOND_MS } from "@rainhooks/core/durations";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { updateIf } from "../destinations/update-item.ts";
import type { EventMessage } from "../messages/attempt-message.ts";
import { claimKey } from "./attempt-item.ts";
import { attemptsAt, hasDelivered } from "./is-delivered.ts";

/** An attempt that a message asks for, and the id of the message in its queue. */
export interface AttemptClaim extends EventMessage {
  readonly id: string;
}

/**
 * What becomes of a claim: the attempt is to be made, it has been made, or it is that of another
 * message for the same event.
 */
type ClaimResult = "claimed" | "made" | "other";

/** Claims an attempt, so that no other message for the same event makes it. */
export type ClaimAttempt = (claim: AttemptClaim) => Promise<ClaimResult>;

/**
 * So soon after `forward` has received an event for the first time, no other message for it is
 * there: the first attempt needs no claim. It is in the log at most a minute later, when its
 * invocation has ended.
 */
const ALONE_MS = 15 * SECOND_MS;
const LOGGED_AFTER_MS = 60 * SECOND_MS;

/**
 * Returns when the log has each attempt that was made without a claim, for an event received at a
 * time.
 */
export function loggedFromMs(sinceMs: number): number {
  return sinceMs + ALONE_MS + LOGGED_AFTER_MS;
}

/**
 * Makes a function that claims attempts in the log of attempts. A message that fails to claim is
 * dropped, so the one that has claimed is attempted, also if a process is killed and it is received
 * anew.
 *
 * An event that is sent again on purpose (by a redrive or a replay) has a later `sinceMs`: what was
 * claimed and logged before does not count, unless the event was delivered.
 *
 * The first attempt of most events costs nothing here; any other costs a read unit and a write
 * unit.
 */
export function claimAttempts(
  log: TableAccess,
  { nowMs, keepMs }: { readonly nowMs: () => number; readonly keepMs: number },
): ClaimAttempt {
  return async ({ id, destination, webhookId, attempt, sinceMs = 0, isAgain = false }) => {
    if (attempt === 1 && !isAgain && nowMs() - sinceMs <= ALONE_MS) return "claimed";
    const Key = claimKey({ webhookId, destination, attempt });
    const items = await attemptsAt(log, webhookId, destination);
    if (hasDelivered(items)) return "made";
    const isSince = (time: { readonly N?: string | undefined } | undefined) =>
      Number(time?.N) >= sinceMs;
    const made = items.filter(
      ({ atMs, attempt: number }) => isSince(atMs) && Number(number?.N) >= attempt,
    );
    // The message for the next one was sent before the log was written.
    if (made.some(({ nextAtMs }) => nextAtMs !== undefined)) return "made";
    const isClaimed = items.some(
      ({ item, sinceMs: of }) => item?.S === Key["item"]?.S && isSince(of),
    );
    // Only the first message for an event makes an attempt without a claim.
    if (isAgain && !isClaimed && made.length > 0) return "made";
    const claimed = await updateIf(log, Key, {
      UpdateExpression: "SET claimedBy = :message, sinceMs = :since, expiresAtS = :expires",
      ConditionExpression:
        "attribute_not_exists(claimedBy) OR claimedBy = :message OR sinceMs < :since",
      ExpressionAttributeValues: {
        ":message": { S: id },
        ":since": { N: String(sinceMs) },
        ":expires": { N: String(Math.ceil((nowMs() + keepMs) / SECOND_MS)) },
      },
    });
    return claimed ? "claimed" : "other";
  };
}
