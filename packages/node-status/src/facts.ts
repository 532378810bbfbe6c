import type { EventType } from "@rainhooks/core";
import { type Connection, equalClocks, joinClocks, NO_CLOCK } from "./connection.ts";
import { compareStamps, later, type Stamp } from "./stamp.ts";

/** Which event told something, and when. */
export interface Source {
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly deliveryId: string;
}

/** The newest event of a node, of those that say more than that it is alive. */
export interface LastEvent extends Source {
  readonly type: EventType;
}

/** What a node said of itself in its last configuration. */
export interface NodeConfig extends Source {
  readonly name?: string;
  readonly firmware?: string;
  readonly type?: string;
  readonly model?: string;
}

/** The newest alert of a node. */
export interface LastAlert extends Source {
  readonly text: string;
}

/** Whether a user has a node, as of a time. A user who was removed is remembered: an older event must not bring them back. */
export interface Membership extends Stamp {
  readonly member: boolean;
  readonly role?: string;
}

/**
 * What is kept of a node. Each part only ever grows or moves forward in time, so facts can be joined in any order and
 * any number of times; whether the node is online follows from its two clocks.
 */
export interface NodeFacts extends Connection {
  /** The newest event that is neither a connect nor a disconnect: those are in their clocks. */
  readonly lastOther: LastEvent | undefined;
  readonly config: NodeConfig | undefined;
  readonly lastAlert: LastAlert | undefined;
  /** Beginning of the newest interval in which any event of the node happened, epoch milliseconds. */
  readonly seenMs: number | undefined;
  readonly users: ReadonlyMap<string, Membership>;
  /** The tags that were ever attached, sorted, up to a maximum: no event says that one is taken off. */
  readonly tags: readonly string[];
}

/** The facts of a node of which nothing is known. */
export const NO_FACTS: NodeFacts = {
  connected: NO_CLOCK,
  disconnected: NO_CLOCK,
  lastOther: undefined,
  config: undefined,
  lastAlert: undefined,
  seenMs: undefined,
  users: new Map(),
  tags: [],
};

/**
 * Users and tags that are kept of a node: those that changed last, and those that come first in order. A row without bound would
 * one day take no more connects. Which ones are kept does not depend on the order in which they came.
 */
const MAX_USERS = 100;
const MAX_TAGS = 100;

/** Joins what is known of a node from two sides: of each part the newer, of tags all. */
export function joinFacts(a: NodeFacts, b: NodeFacts): NodeFacts {
  return {
    connected: joinClocks(a.connected, b.connected),
    disconnected: joinClocks(a.disconnected, b.disconnected),
    lastOther: later(a.lastOther, b.lastOther, compareSources),
    config: later(a.config, b.config, compareSources),
    lastAlert: later(a.lastAlert, b.lastAlert, compareSources),
    seenMs: later(a.seenMs, b.seenMs, (x, y) => x - y),
    users: joinUsers(a.users, b.users),
    tags: b.tags.length === 0 ? a.tags : joinTags(a.tags, b.tags),
  };
}

/** True when two sides know the same of a node. */
export function equalFacts(a: NodeFacts, b: NodeFacts): boolean {
  return (
    equalClocks(a.connected, b.connected) &&
    equalClocks(a.disconnected, b.disconnected) &&
    same(a.lastOther, b.lastOther, compareSources) &&
    same(a.config, b.config, compareSources) &&
    same(a.lastAlert, b.lastAlert, compareSources) &&
    a.seenMs === b.seenMs &&
    equalUsers(a.users, b.users) &&
    a.tags.length === b.tags.length &&
    a.tags.every((tag, index) => tag === b.tags[index])
  );
}

/** Some tags and some others, each once, in order. */
export function joinTags(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort().slice(0, MAX_TAGS);
}

function compareSources(a: Source, b: Source): number {
  return a.atMs - b.atMs || a.sentAtMs - b.sentAtMs || compareText(a.deliveryId, b.deliveryId);
}

/** Who is added and removed in the same moment is a member. */
function compareMemberships(a: Membership, b: Membership): number {
  return (
    compareStamps(a, b) || Number(a.member) - Number(b.member) || compareText(a.role ?? "", b.role ?? "")
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function joinUsers(a: NodeFacts["users"], b: NodeFacts["users"]): NodeFacts["users"] {
  if (b.size === 0) return a;
  const users = new Map(a);
  for (const [id, membership] of b) {
    users.set(id, later(users.get(id), membership, compareMemberships) ?? membership);
  }
  if (users.size <= MAX_USERS) return users;
  const newestFirst = [...users].sort((x, y) => compareMemberships(y[1], x[1]) || compareText(x[0], y[0]));
  return new Map(newestFirst.slice(0, MAX_USERS));
}

function equalUsers(a: NodeFacts["users"], b: NodeFacts["users"]): boolean {
  return a.size === b.size && [...a].every(([id, one]) => same(one, b.get(id), compareMemberships));
}

function same<T>(a: T | undefined, b: T | undefined, compare: (a: T, b: T) => number): boolean {
  return a === undefined || b === undefined ? a === b : compare(a, b) === 0;
}
