import { createHash } from "node:crypto";
import { type EventType, isDerived } from "@rainhooks/core/catalog";
import { NEO_EVENT_ID, nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { isJsonObject } from "@rainhooks/core/json";
import { stableText } from "@rainhooks/core/stable-text";

/** Options of {@link webhookIdOf}; a destination has them. */
export interface WebhookIdOptions {
  /** True for a receiver that wants every message, also the copies for further users. */
  readonly eachCopy: boolean;
}

/** Prefix of the ids that copies share. */
const PREFIX = "evt_";

/**
 * Returns the `webhook-id` of an event. If the same content comes for the same user again, {@link
 * CopyMemory} gives it the id of its SNS message.
 *
 * RainMaker's samples name one user per message, so the event of a node with three users is
 * probably published three times. These copies get the same id: a hash of the event's type, its
 * nodes, its time, and its content without the user.
 *
 * The id is that of the SNS message
 *
 * - if each copy is wanted;
 * - for an event that cannot have copies: it names no node or no user, or is about the user
 *   themselves (a user was added to a node, a node was shared with them: a second message is about
 *   a second user);
 * - for an event without a readable time of its own: it cannot be told from a later one.
 *
 * An event that the stage derives, or makes of what RainMaker Neo reports, has an id of its own,
 * which is the same however often it is published.
 */
export function webhookIdOf(event: RainmakerEvent, { eachCopy }: WebhookIdOptions): string {
  if (isDerived(event.type) || NEO_EVENT_ID.test(event.id ?? ""))
    return event.id ?? event.deliveryId;
  return eachCopy || !canHaveCopies(event) ? event.deliveryId : `${PREFIX}${hashOf(event)}`;
}

/** Events whose content is a user's relation to nodes. */
const ABOUT_USERS: ReadonlySet<EventType> = new Set<EventType>([
  "rmaker.event.user_node_added",
  "rmaker.event.user_node_removed",
  "rmaker.event.user_node_sharing_add",
  "rmaker.event.user_node_sharing_remove",
  "rmaker.event.user_node_group_added",
  "rmaker.event.user_node_group_removed",
  "rmaker.event.user_node_group_sharing_add",
  "rmaker.event.admin_user_added",
]);

/**
 * Returns true for an event that RainMaker can publish once for each user of a node.
 */
export function canHaveCopies(event: RainmakerEvent): boolean {
  return (
    event.atSource === "event" &&
    !ABOUT_USERS.has(event.type) &&
    userOf(event) !== undefined &&
    nodesOf(event).length > 0
  );
}

/** Returns the user that an event names. */
export function userOf({ data }: RainmakerEvent): string | undefined {
  return "userId" in data ? data.userId : undefined;
}

function hashOf({ type, atMs, data }: RainmakerEvent): string {
  const {
    userId: _,
    extra,
    ...content
  } = data as { readonly userId?: string; readonly extra?: unknown };
  // Copies need not have their fields in the same order.
  const text = stableText({ type, atMs, content, extra: withoutUser(extra) });
  return createHash("sha256").update(text).digest("base64url");
}

/** What a further field about the user is called, in any casing: `user_name`, `UserRole`. */
const USER_FIELD = /^user/i;

function withoutUser(extra: unknown): unknown {
  if (!isJsonObject(extra)) return extra;
  return Object.fromEntries(Object.entries(extra).filter(([name]) => !USER_FIELD.test(name)));
}
