import { stampOf } from "../event-time.ts";
import { compareText } from "../source.ts";
import { compareStamps, later, type Stamp } from "../stamp.ts";
import type { ShownField } from "./field.ts";
import { cut, MAX_NAME_LENGTH } from "./texts.ts";

/** Whether a user has a node, as of a time. Removed users are stored too, so that an older event does not add them again. */
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

type Users = ReadonlyMap<string, Membership>;

const NO_USERS: Users = new Map();
const MAX_USER_ID_LENGTH = 256;

/**
 * Maximum number of stored users per node, those whose membership changed last. Without a maximum a row could become too
 * large to write. Which users are stored does not depend on the order of the events.
 */
const MAX_USERS = 100;

/** The users of a node, and those who were removed. */
export const users: ShownField<Users, readonly NodeUser[]> = {
  initial: NO_USERS,
  fromEvent: (event) => {
    const added = event.type === "rmaker.event.user_node_added";
    if (!added && event.type !== "rmaker.event.user_node_removed") return NO_USERS;
    const { userId, userRole } = event.data;
    if (userId === undefined) return NO_USERS;
    const role = userRole === undefined ? {} : { role: cut(userRole, MAX_NAME_LENGTH) };
    return new Map([[cut(userId, MAX_USER_ID_LENGTH), { ...stampOf(event), member: added, ...role }]]);
  },
  join: (a, b) => {
    if (b.size === 0) return a;
    const joined = new Map(a);
    for (const [id, membership] of b) {
      joined.set(id, later(joined.get(id), membership, compareMemberships) ?? membership);
    }
    return joined.size <= MAX_USERS ? joined : newest(joined);
  },
  encode: (value) =>
    value.size === 0 ? undefined : [...value].map(([userId, membership]) => ({ userId, ...membership })),
  decode: (raw) => {
    const list = Array.isArray(raw) ? (raw as (Membership & { readonly userId: string })[]) : [];
    return new Map(list.map(({ userId, ...membership }) => [userId, membership]));
  },
  show: (value) =>
    [...value]
      .filter(([, { member }]) => member)
      .map(([userId, { role, atMs }]) => ({ userId, role, sinceMs: atMs }))
      .sort((a, b) => a.sinceMs - b.sinceMs || a.userId.localeCompare(b.userId)),
};

function newest(value: Users): Users {
  const newestFirst = [...value].sort((x, y) => compareMemberships(y[1], x[1]) || compareText(x[0], y[0]));
  return new Map(newestFirst.slice(0, MAX_USERS));
}

/** Compares by time. A user who is added and removed at the same moment counts as a member. */
function compareMemberships(a: Membership, b: Membership): number {
  return (
    compareStamps(a, b) || Number(a.member) - Number(b.member) || compareText(a.role ?? "", b.role ?? "")
  );
}
