import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { stampOf } from "./event-time.ts";
import { MAX_NAME_LENGTH, truncateText } from "./fields/texts.ts";
import { compareText } from "./source.ts";
import { compareStamps, later, type Stamp } from "./stamp.ts";
import { subItemKey, subItemName } from "./sub-item.ts";

/**
 * Whether a user has a node, as of a time. Removed users are stored too, so that an older event
 * does not add them again.
 */
export interface Membership extends Stamp {
  readonly member: boolean;
  readonly role?: string;
}

/** A user who has a node. */
export interface NodeUser {
  readonly userId: string;
  readonly role: string | undefined;
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}

/** The events that change who has a node. */
type MemberEvent = RainmakerEvent<
  "rmaker.event.user_node_added" | "rmaker.event.user_node_removed"
>;

const MAX_USER_ID_LENGTH = 256;

/** Returns true for an event that adds a user to nodes or removes one, and names the user. */
export function isMemberEvent(event: RainmakerEvent): event is MemberEvent {
  if (
    event.type !== "rmaker.event.user_node_added" &&
    event.type !== "rmaker.event.user_node_removed"
  )
    return false;
  return event.data.userId !== undefined;
}

/** Returns the keys of the items that an event changes: one for each of its nodes. */
export function memberKeysOf(event: RainmakerEvent): Attributes[] {
  if (!isMemberEvent(event)) return [];
  const userId = truncateText(event.data.userId ?? "", MAX_USER_ID_LENGTH);
  return nodesOf(event).map((nodeId) => subItemKey(nodeId, "user", userId));
}

/**
 * Returns the membership of one user that several events describe together, in whatever order they
 * come.
 */
export function membershipOf(events: readonly RainmakerEvent[]): Membership {
  return events.filter(isMemberEvent).map(membershipIn).reduce(joinMemberships);
}

/**
 * Joins two states of one user: the later one counts. A user who is added and removed at the same
 * moment counts as a member.
 */
export function joinMemberships(a: Membership, b: Membership): Membership {
  return later(a, b, compareMemberships) ?? b;
}

/** Converts a membership to the attributes of its item. */
export function encodeMembership(membership: Membership): Attributes {
  return marshall(membership, { removeUndefinedValues: true });
}

/** Converts the item of a user to a membership. */
export function decodeMembership(item: Attributes): Membership {
  const { atMs, tieMs, member, role } = unmarshall(item);
  return {
    atMs: Number(atMs),
    tieMs: Number(tieMs),
    member: member === true,
    ...(typeof role === "string" ? { role } : {}),
  };
}

/**
 * Returns the users of a node, the earliest first. `items` are the items of users, present and
 * removed.
 */
export function usersOf(items: readonly Attributes[]): NodeUser[] {
  return items
    .map((item) => ({ userId: subItemName(item), ...decodeMembership(item) }))
    .filter(({ member }) => member)
    .map(({ userId, role, atMs }) => ({ userId, role, sinceMs: atMs }))
    .sort((a, b) => a.sinceMs - b.sinceMs || compareText(a.userId, b.userId));
}

function membershipIn(event: MemberEvent): Membership {
  const { userRole } = event.data;
  const role = userRole === undefined ? {} : { role: truncateText(userRole, MAX_NAME_LENGTH) };
  return { ...stampOf(event), member: event.type === "rmaker.event.user_node_added", ...role };
}

function compareMemberships(a: Membership, b: Membership): number {
  return (
    compareStamps(a, b) ||
    Number(a.member) - Number(b.member) ||
    compareText(a.role ?? "", b.role ?? "")
  );
}
