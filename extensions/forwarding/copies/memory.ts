import { createHash } from "node:crypto";
import { DAY_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { updateItem } from "../destinations/update-item.ts";
import { canHaveCopies, userOf, webhookIdOf } from "./webhook-id.ts";

/** What an event is for receivers that do not want each copy. */
export interface CopyDecision {
  /** `first`: to be sent. `copy`: the same event for a further user, which has been sent. */
  readonly kind: "first" | "copy";
  /** The `webhook-id`: the same whenever the same delivery comes again. */
  readonly webhookId: string;
}

/**
 * Decides whether an event is a copy, and remembers the decision.
 *
 * @throws {RainhooksError} if it cannot be remembered; the event is then neither sent nor lost, and
 * comes again.
 */
export type CopyMemory = (event: RainmakerEvent) => Promise<CopyDecision>;

/** How long an event is remembered: SQS keeps messages for up to 14 days. */
const KEEP_MS = 15 * DAY_MS;

/**
 * Makes a memory of copies in a DynamoDB table, which all functions share and which outlives them.
 * The first delivery of an event is remembered. A delivery for another user is a copy of it, one
 * for the same user is an event of its own. Each costs one write unit; an event that cannot have
 * copies costs nothing.
 *
 * A receiver can still get an event twice, with the same `webhook-id`: after an attempt whose
 * response was lost, and when SQS delivers a message twice at the same time. It gets an event twice
 * with different ids if copies differ in more than the user, arrive more than 15 days apart, or
 * have no readable time.
 */
export function copyMemory(table: TableAccess, nowMs: () => number): CopyMemory {
  return async (event) => {
    const webhookId = webhookIdOf(event, { eachCopy: false });
    if (!canHaveCopies(event)) return { kind: "first", webhookId };
    const { deliveryId } = event;
    // Users with the same text would count as the same user.
    const hash = createHash("sha256").update(userOf(event) ?? "");
    const userHash = hash.digest("base64url").slice(0, 11);
    const set = ["deliveryId", "userHash", "expiresAtS"].map(
      (name) => `${name} = if_not_exists(${name}, :${name})`,
    );
    const first = await updateItem(
      table,
      { webhookId: { S: webhookId } },
      {
        UpdateExpression: `SET ${set.join(", ")}`,
        ExpressionAttributeValues: {
          ":deliveryId": { S: deliveryId },
          ":userHash": { S: userHash },
          ":expiresAtS": { N: String(Math.ceil((nowMs() + KEEP_MS) / 1000)) },
        },
        ReturnValues: "ALL_NEW",
      },
    );
    if (first?.["deliveryId"]?.S === deliveryId) return { kind: "first", webhookId };
    return first?.["userHash"]?.S === userHash
      ? { kind: "first", webhookId: deliveryId }
      : { kind: "copy", webhookId };
  };
}
