import { createHash } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { addRemembered, type ItemStore, readRemembered } from "./item-store.ts";
import { type Arrival, decide } from "./remembered.ts";
import { canHaveCopies, userOf, webhookIdOf } from "./webhook-id.ts";

/** What an event is for receivers that do not want each copy. */
export interface Claim {
  /** `first`: to be sent. `copy`: the same event for a further user, which has been sent. */
  readonly kind: "first" | "copy";
  /** The `webhook-id`: the same whenever the same delivery comes again. */
  readonly webhookId: string;
}

/** Tells copies from events. */
export interface CopyMemory {
  /**
   * Decides about an event, and remembers the decision.
   *
   * @throws {RainhooksError} if it cannot be remembered; the event is then neither sent nor lost, and comes
   * again.
   */
  claim(event: RainmakerEvent): Promise<Claim>;
}

/** Options of {@link copyMemory}. */
export interface CopyMemoryOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /**
   * Maximum time between the publication of an event and that of a copy. It does not matter when they arrive.
   * @defaultValue 10 minutes
   */
  readonly windowMs?: number;
  /** How long it is remembered. SQS keeps messages for up to 14 days. @defaultValue 15 days */
  readonly keepMs?: number;
  /** @defaultValue `Date.now` */
  readonly nowMs?: () => number;
}

/** Maximum number of deliveries that are remembered under one id. */
export const MAX_REMEMBERED = 100;
/** Each failed attempt means that another function has remembered a delivery of the same event. */
const MAX_ATTEMPTS = 12;

/**
 * Makes a memory of copies in a DynamoDB table, which all functions share and which outlives them.
 *
 * It costs one write unit for an event with one user. Each copy costs two more, one for the condition that
 * fails, and a read unit. An event that cannot have copies costs nothing.
 *
 * A receiver can still get an event twice, with the same `webhook-id`: after an attempt whose response was
 * lost, and when SQS delivers a message twice at the same time. It gets an event twice with different ids if
 * copies differ in more than the user, were published further apart than the window, arrive further apart
 * than `keepMs`, have no readable time, or if there are more than {@link MAX_REMEMBERED} of them.
 */
export function copyMemory(options: CopyMemoryOptions): CopyMemory {
  const { client, tableName, windowMs = 10 * MINUTE_MS, keepMs = 15 * DAY_MS, nowMs = Date.now } = options;
  const store: ItemStore = { client, tableName, expiresAtMs: () => nowMs() + keepMs };
  return {
    claim: async (event) => {
      const webhookId = webhookIdOf(event, { eachCopy: false });
      if (!canHaveCopies(event)) return { kind: "first", webhookId };
      const { deliveryId, sentAtMs } = event;
      const arrival = { deliveryId, sentAtMs, user: shortUser(userOf(event) ?? "") };
      // Most events have one user. For them, this one call is all.
      const isNew = await addRemembered(store, webhookId, 0, { ...arrival, number: 1 });
      return isNew ? { kind: "first", webhookId } : claimNext(store, webhookId, arrival, windowMs);
    },
  };
}

/** Decides about a delivery under an id that is not new. */
async function claimNext(
  store: ItemStore,
  webhookId: string,
  arrival: Arrival,
  windowMs: number,
): Promise<Claim> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const remembered = await readRemembered(store, webhookId);
    const { kind, number, added } = decide(remembered, arrival, windowMs);
    const claim: Claim = { kind, webhookId: number === 1 ? webhookId : `${webhookId}-${number}` };
    if (added === undefined) return claim;
    // What cannot be remembered is sent: twice is better than never. Its own id stays the same when it comes
    // again.
    if (remembered.length >= MAX_REMEMBERED) return { kind: "first", webhookId: arrival.deliveryId };
    if (await addRemembered(store, webhookId, remembered.length, added)) return claim;
  }
  throw new RainhooksError("write-conflict", `Too many copies of event ${webhookId} arrive at once.`);
}

/**
 * Returns a short text for a user, of letters, digits, `-` and `_`; users with the same one would count as
 * the same user.
 */
function shortUser(user: string): string {
  return createHash("sha256").update(user).digest("base64url").slice(0, 11);
}
