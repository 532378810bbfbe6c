import { unmarshall } from "@aws-sdk/util-dynamodb";
import { MAX_CLOCK_AHEAD_MS } from "@rainhooks/core/decode/time";
import { DAY_MS } from "@rainhooks/core/durations";
import { messageOf } from "@rainhooks/core/errors";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { refusalOf } from "@rainhooks/dynamodb/limits";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { lastSeenMs } from "@rainhooks/node-status/event-time";
import { isFrequent } from "@rainhooks/node-status/events";
import {
  encodeFacts,
  fieldsWith,
  type NodeFacts,
  type NodeFields,
} from "@rainhooks/node-status/facts";
import type { ExtensionField } from "@rainhooks/node-status/fields/extension-field";
import { timeOfStored } from "@rainhooks/node-status/fields/field";
import {
  decodeMembership,
  joinMemberships,
  type Membership,
  memberKeysOf,
  membershipOf,
} from "@rainhooks/node-status/members";
import { decodeNode, derivedAttributes } from "@rainhooks/node-status/node-item";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { project } from "@rainhooks/node-status/project";
import { compareText } from "@rainhooks/node-status/source";
import { STATUS, statusKey } from "@rainhooks/node-status/sub-item";
import { tagItems } from "@rainhooks/node-status/tags";
import { alertItem, decodeTransitions } from "@rainhooks/node-status/timeline-item";
import { packTransitions, type Transition } from "@rainhooks/node-status/transition";
import type { Fact, FactModel } from "./fact-model.ts";
import { describeWrong, isWrong, unreadableItem, wrongAttributes } from "./wrong-attributes.ts";

/** The settings of the webhook that decide what is stored. */
export interface NodeStatusSettings {
  readonly timelineDays: number;
  /** 0: events that only show that a node is alive are not stored. */
  readonly seenIntervalMs: number;
  /** Fields of extensions. @defaultValue none */
  readonly own?: readonly ExtensionField[];
}

const FIELD = "field ";
const TRANSITION = "transition ";

/** The fields of rows, and those that extensions add. */
interface RowFields {
  readonly own: readonly ExtensionField[];
  readonly all: NodeFields;
  /**
   * Names of those that make no fact of an event: transitions have their own, and what was noted is
   * of none.
   */
  readonly left: ReadonlySet<string>;
}

function rowFields(own: readonly ExtensionField[]): RowFields {
  const all = fieldsWith(own);
  return {
    own,
    all,
    left: new Set([
      "recent",
      ...own.flatMap(({ name, isNoted }) => (isNoted === true ? name : [])),
    ]),
  };
}

/**
 * Returns how the facts of node status are made of events, and read from the row and the timeline
 * of a node. Which transitions are in the row and which in the timeline depends on the order in
 * which events came, so both together are the facts.
 */
export function nodeStatusFacts({
  timelineDays,
  seenIntervalMs,
  own = [],
}: NodeStatusSettings): FactModel {
  const fields = rowFields(own);
  const keepMs = timelineDays * DAY_MS;
  return {
    factsOf: (event) => [
      ...statusFacts(event, seenIntervalMs, fields),
      ...memberFacts(event),
      ...storable(nodeStatusTable, tagItems(event)).map(markFact),
      ...storable(
        nodeTimelineTable,
        [alertItem(event, keepMs)].filter((item) => item !== undefined),
      ).map(alertFact),
    ],
    factsIn: (table, item) => {
      try {
        return table === nodeTimelineTable.name
          ? factsInTimeline(item)
          : factsInStatusTable(item, fields);
      } catch (error) {
        const { nodeId, name } = markFact(item);
        return [unreadableItem(nodeId, name, messageOf(error))];
      }
    },
    join: (name, a, b) => joinValues(fields, name, a, b),
    expiresAtMs: (name) => {
      const timeMs = timeIn(name);
      // Times ahead of SNS count as plausible, and what is this much older than the newest
      // transition is not stored.
      return timeMs === undefined ? undefined : timeMs + keepMs - MAX_CLOCK_AHEAD_MS;
    },
    partsOf: (name, value) =>
      fieldOf(fields, name)?.partsOf?.(value) ?? [
        { value, atMs: timeIn(name) ?? timeOfStored(value) },
      ],
    saysWrong: isWrong,
    describe: describeName,
  };
}

function storable(table: TableDescription, items: readonly Attributes[]): Attributes[] {
  return items.filter((item) => refusalOf(table.name, table, item) === undefined);
}

function isKey(key: Attributes): boolean {
  return storable({ ...nodeStatusTable, indexes: [] }, [key]).length > 0;
}

function statusFacts(event: RainmakerEvent, seenIntervalMs: number, fields: RowFields): Fact[] {
  if (isFrequent(event.type) && lastSeenMs(event, seenIntervalMs) === undefined) return [];
  const nodeIds = nodesOf(event).filter((nodeId) => isKey(statusKey(nodeId)));
  if (nodeIds.length === 0) return [];
  const facts = project([event], seenIntervalMs, fields.all);
  return nodeIds.flatMap((nodeId) => factsOfRow(nodeId, facts, fields));
}

function factsOfRow(nodeId: string, facts: NodeFacts, { all, left }: RowFields): Fact[] {
  const encoded = Object.entries(encodeFacts(facts, all)).filter(([name]) => !left.has(name));
  return [
    { nodeId, name: STATUS, value: true },
    ...encoded.flatMap(([name, value]) =>
      value === undefined ? [] : [{ nodeId, name: `${FIELD}${name}`, value }],
    ),
    ...facts.recent.transitions.map((one) => transitionFact(nodeId, one)),
  ];
}

function transitionFact(nodeId: string, { atMs, state }: Transition): Fact {
  return { nodeId, name: `${TRANSITION}${atMs} ${state}`, value: true };
}

function memberFacts(event: RainmakerEvent): Fact[] {
  return memberKeysOf(event)
    .filter(isKey)
    .map((key) => ({
      nodeId: key["nodeId"]?.S ?? "",
      name: key["item"]?.S ?? "",
      value: membershipOf([event]),
    }));
}

/** A fact of an item that has only a key. */
function markFact(item: Attributes): Fact {
  return { nodeId: item["nodeId"]?.S ?? "", name: item["item"]?.S ?? "", value: true };
}

function alertFact(item: Attributes): Fact {
  return { ...markFact(item), value: item["text"]?.S ?? "" };
}

function factsInStatusTable(item: Attributes, fields: RowFields): Fact[] {
  const nodeId = item["nodeId"]?.S ?? "";
  const name = item["item"]?.S ?? "";
  if (name === STATUS) {
    const facts = decodeNode(item, fields.all);
    const derived = unmarshall(derivedAttributes(facts, nodeId, fields.own));
    const right = { ...encodeFacts(facts, fields.all), ...derived };
    return [...factsOfRow(nodeId, facts, fields), ...wrongIn(item, "the row", right)];
  }
  if (!name.startsWith("user#")) return [markFact(item), ...wrongIn(item, name, {})];
  const value = decodeMembership(item);
  return [{ nodeId, name, value }, ...wrongIn(item, name, value)];
}

/** Finds attributes that an item with these facts would not have, such as keys of indexes. */
function wrongIn(item: Attributes, of: string, right: object): Fact[] {
  // The version counts writes.
  const { nodeId, item: _, version: __, ...stored } = unmarshall(item);
  return wrongAttributes(String(nodeId), of, stored, { ...right });
}

function factsInTimeline(item: Attributes): Fact[] {
  const nodeId = item["nodeId"]?.S ?? "";
  const name = item["item"]?.S ?? "";
  // The time to live follows from the setting of when it was written.
  const { expiresAtS: _, ...rest } = item;
  if (name.startsWith("alert#")) {
    const fact = alertFact(item);
    return [fact, ...wrongIn(rest, name, { text: fact.value })];
  }
  const transitions = decodeTransitions(item);
  const right = { transitions: packTransitions(transitions) };
  return [...transitions.map((one) => transitionFact(nodeId, one)), ...wrongIn(rest, name, right)];
}

function joinValues(fields: RowFields, name: string, a: unknown, b: unknown): unknown {
  const field = fieldOf(fields, name);
  if (field !== undefined) return field.encode(field.join(field.decode(a), field.decode(b)));
  if (name.startsWith("user#")) return joinMemberships(a as Membership, b as Membership);
  return compareText(String(a), String(b)) >= 0 ? a : b;
}

function fieldOf({ all }: RowFields, name: string) {
  return name.startsWith(FIELD) ? all.get(name.slice(FIELD.length)) : undefined;
}

/** Returns the time in the name of an entry of the timeline. */
function timeIn(name: string): number | undefined {
  if (!(name.startsWith(TRANSITION) || name.startsWith("alert#"))) return undefined;
  const digits = /^(?:alert#|transition )(\d+)/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function describeName(name: string): string {
  const timeMs = timeIn(name);
  const at = timeMs === undefined ? "" : ` at ${new Date(timeMs).toISOString()}`;
  if (name === STATUS) return "the row";
  if (name.startsWith(FIELD)) return name.slice(FIELD.length);
  if (isWrong(name)) return describeWrong(name);
  if (name.startsWith(TRANSITION))
    return `${name.endsWith("online") ? "connect" : "disconnect"}${at}`;
  const [kind = "", ...rest] = name.split("#");
  if (kind === "alert") return `alert${at} of delivery ${rest.slice(1).join("#")}`;
  return `${kind} ${rest.join("#")}`;
}
