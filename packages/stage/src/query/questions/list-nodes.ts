import { MINUTE_MS } from "@rainhooks/core/durations";
import { wrongInput } from "@rainhooks/core/errors";
import { NODE_STATES, type NodeState } from "@rainhooks/node-status/connection";
import { isListCursor, type ListQuery, listNodes } from "@rainhooks/node-status/list";
import type { Node, NodeStatusReader } from "@rainhooks/node-status/read-node";
import * as v from "valibot";
import { wrongPage } from "../pages/page-token.ts";
import { choice, limitOf, optionalChoice, optionalText, time } from "../params/kinds.ts";
import type { ValuesOf } from "../params/param.ts";
import { requireOrder } from "../params/range.ts";
import { defineQuestion } from "../question.ts";
import { about, count, listOf } from "../results/json.ts";
import { nodeResult } from "./nodes.ts";

const MAX_NODES = 1000;
const MAX_TEXT_LENGTH = 256;
/** Nodes that are read for one page, if most of them do not pass the filter. */
const MAX_FILTERED = 1000;

const text = (description: string, placeholder: string) =>
  optionalText({ description, placeholder, maxLength: MAX_TEXT_LENGTH });

/** Parameters that select nodes by what no index has. */
export const NODE_FILTER = {
  match: text(
    "Only nodes with this text in id, name, firmware, type, model, a tag or the id of a user, in any case.",
    "text",
  ),
  firmware: text("Only nodes with this firmware.", "version"),
  type: text("Only nodes of this type.", "type"),
  tag: text("Only nodes with this tag.", "tag"),
  user: text("Only nodes that this user has, by the user's id. Ids are case-sensitive.", "user"),
};
/** In which time an event is written, if nothing is wrong. */
const WRITTEN_MS = MINUTE_MS;

const LIST_PARAMS = {
  state: optionalChoice(
    { description: "Only nodes in this state.", placeholder: "state" },
    NODE_STATES,
  ),
  order: choice(
    {
      description:
        "Order of offline and unknown nodes: nodes that are longest in their state first, or nodes that changed to it last.",
      placeholder: "order",
    },
    ["longest", "newest"],
    "longest",
  ),
  sinceFrom: time({
    description:
      "Only nodes that are in their state since this time or later. Needs the state offline or unknown.",
  }),
  sinceTo: time({
    description:
      "Only nodes that are in their state since before this time. Needs the state offline or unknown.",
  }),
  ...NODE_FILTER,
  limit: limitOf("nodes", MAX_NODES, 100),
};

const nodeList = v.object({
  nodes: listOf(nodeResult),
  read: about(
    count,
    "Reads of nodes for this page; the list of nodes that are online also reads all others, and so does the list of all nodes after the offline ones. With a filter, a page can have few nodes, or none, and still not be the last one.",
  ),
});

/** Lists the nodes in one state, or all nodes. */
export const listNodesQuestion = defineQuestion({
  name: "listNodes",
  path: "/v1/nodes",
  summary:
    "Nodes: offline ones first, longest first unless order is newest, then all others by their ids. With a state only those; unknown ones are in the order of offline ones",
  params: LIST_PARAMS,
  paged: true,
  result: nodeList,
  find: async (params, { stores, nowMs, after }) => {
    const { state, order, sinceFrom, sinceTo } = params;
    requireRange(state, sinceFrom, sinceTo);
    requireOrdered(state, order);
    const cursor = after === undefined ? firstCursor(state, nowMs) : readCursor(after, state);
    if (cursor.after !== undefined && !isInRange(cursor.after, sinceFrom, sinceTo))
      throw wrongPage();
    return readLists(stores.nodes, cursor, params);
  },
});

/** A list that is read for a result: nodes in a state, or all. */
type List = NodeState | "all";

/** Where a page begins. */
interface Cursor {
  readonly list: List;
  /** The last cursor of the page before in this list. */
  readonly after: string | undefined;
  /**
   * Nodes that are offline since then or later may have been online when the offline ones were
   * read, so they are listed among all.
   */
  readonly recentMs: number;
  /** Whether it is the cursor of the first page. */
  readonly isFirst: boolean;
}

type ListParams = ValuesOf<typeof LIST_PARAMS>;

/** Reads lists one after the other, from a cursor on. No node is twice in the result. */
async function readLists(reader: NodeStatusReader, cursor: Cursor, params: ListParams) {
  const { state, order, limit } = params;
  const wanted = nodeFilter(params);
  const maxRead = wanted === undefined ? undefined : Math.max(limit, MAX_FILTERED);
  const nodes: Node[] = [];
  const listed = new Set<string>();
  let after = cursor.after;
  let read = 0;
  const result = (next?: string) => ({ result: { nodes, read }, next });
  for (const { list, ...query } of listsFrom(cursor, params, listed)) {
    if (nodes.length === limit || read === maxRead) return result(cursorText(list, cursor, ""));
    const page = await listNodes(reader, {
      ...query,
      order,
      wanted,
      after,
      limit: limit - nodes.length,
      maxRead: maxRead === undefined ? undefined : maxRead - read,
    });
    nodes.push(...page.nodes);
    for (const { nodeId } of page.nodes) listed.add(nodeId);
    read += page.read;
    if (page.next !== undefined) return result(cursorText(list, cursor, page.next));
    after = undefined;
  }
  if (cursor.isFirst && state === undefined) sortWhole(nodes, order);
  return result();
}

/** What distinguishes a list from the other one of a result. */
type Listed = Pick<ListQuery, "state" | "sinceFromMs" | "sinceToMs" | "except"> & {
  readonly list: List;
};

/**
 * Returns the lists to read: without a state those that are offline, then all without those. What
 * has gone offline lately is among all.
 *
 * @param listed Ids of the nodes that are in the result.
 */
function listsFrom(
  { list: first, recentMs, isFirst }: Cursor,
  { state, order, sinceFrom: sinceFromMs, sinceTo: sinceToMs }: ListParams,
  listed: ReadonlySet<string>,
): Listed[] {
  if (state !== undefined) return [{ list: state, state, sinceFromMs, sinceToMs }];
  const isOnEarlierPage = ({ state, sinceMs = 0 }: Node) =>
    !isFirst && state === "offline" && sinceMs < recentMs;
  const all: Listed = {
    list: "all",
    except: (node) => listed.has(node.nodeId) || isOnEarlierPage(node),
  };
  if (first === "all") return [all];
  // The newest ones belong to the top, also if they are listed again among all.
  const offline = {
    list: "offline",
    state: "offline",
    sinceToMs: order === "newest" ? undefined : recentMs,
  } as const;
  return [offline, all];
}

/** What a filter looks at. */
type FilteredNode = Pick<Node, "nodeId" | "config" | "tags" | "users">;

/** Returns the test of a filter; `undefined` if it selects all nodes. */
export function nodeFilter({
  match,
  firmware,
  type,
  tag,
  user,
}: ValuesOf<typeof NODE_FILTER>): ((node: FilteredNode) => boolean) | undefined {
  if ([match, firmware, type, tag, user].every((one) => one === undefined)) return undefined;
  const sought = match?.toLowerCase();
  return ({ nodeId, config = {}, tags, users }) => {
    const { name, model } = config;
    const ids = users.map(({ userId }) => userId);
    const texts = [nodeId, name, config.firmware, config.type, model, ...tags, ...ids];
    return (
      (firmware === undefined || config.firmware === firmware) &&
      (type === undefined || config.type === type) &&
      (tag === undefined || tags.includes(tag)) &&
      (user === undefined || ids.includes(user)) &&
      (sought === undefined || texts.some((one) => one?.toLowerCase().includes(sought)))
    );
  };
}

/**
 * Sorts a list that is in one result: those that went offline lately come after the other offline
 * ones, or before them.
 */
function sortWhole(nodes: Node[], order: "longest" | "newest"): void {
  const sign = order === "newest" ? -1 : 1;
  const rank = ({ state, sinceMs = 0 }: Node) =>
    state === "offline" ? sign * sinceMs : Number.POSITIVE_INFINITY;
  nodes.sort((one, other) => (rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0));
}

/**
 * Checks that a range of times is only requested of a state whose nodes are listed by time.
 *
 * @throws {RainhooksError} `input-invalid` if it is not.
 */
function requireRange(
  state: NodeState | undefined,
  from: number | undefined,
  to: number | undefined,
): void {
  if (from === undefined && to === undefined) return;
  if (state === undefined || state === "online") {
    throw wrongInput(
      "`sinceFrom` and `sinceTo` need the state offline or unknown: online nodes are listed by their ids.",
    );
  }
  if (from !== undefined && to !== undefined) requireOrder(from, to, to, ["sinceFrom", "sinceTo"]);
}

/** @throws {RainhooksError} `input-invalid` for an order that online nodes do not have. */
function requireOrdered(state: NodeState | undefined, order: "longest" | "newest"): void {
  if (state !== "online" || order !== "newest") return;
  throw wrongInput(
    "Online nodes are listed by their ids. The order newest is for offline and unknown nodes.",
  );
}

/** Returns true if a cursor in a list by time lies in a range of times. */
function isInRange(cursor: string, from: number | undefined, to: number | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  const atMs = Number(cursor.slice(0, cursor.indexOf("#")));
  return atMs >= (from ?? 0) && atMs < (to ?? Number.POSITIVE_INFINITY);
}

function firstCursor(state: NodeState | undefined, nowMs: number): Cursor {
  // Whole minutes: tokens of a list that is read again stay equal for a while.
  const recentMs = Math.max(0, Math.floor((nowMs - WRITTEN_MS) / MINUTE_MS) * MINUTE_MS);
  return { list: state ?? "offline", after: undefined, recentMs, isFirst: true };
}

/** Makes a cursor: a list, a time, and where the list goes on, which is "" at its beginning. */
function cursorText(list: List, { recentMs }: Cursor, after: string): string {
  return `${list} ${recentMs} ${after}`;
}

function readCursor(text: string, state: NodeState | undefined): Cursor {
  const [, name, time, after = ""] = /^(\w+) (\d{1,15}) (.*)$/s.exec(text) ?? [];
  const lists: readonly List[] = state === undefined ? ["offline", "all"] : [state];
  const list = lists.find((known) => known === name);
  if (list === undefined) throw wrongPage();
  if (after !== "" && !isListCursor(after, list === "all" ? undefined : list)) throw wrongPage();
  return { list, after: after === "" ? undefined : after, recentMs: Number(time), isFirst: false };
}
