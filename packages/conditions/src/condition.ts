import { shortType } from "@rainhooks/core/catalog";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { type ConditionScope, compile } from "./language.ts";

/** Whether a condition holds. `unknown`: the condition reads a value that is not known. */
export type ConditionResult = boolean | "unknown";

/** Values by the names under which a condition finds them. */
type Context = Readonly<Record<string, unknown>>;

/** A compiled condition. */
type Condition = (context: Context) => ConditionResult;

/** Maximum number of nodes of an event that a condition is asked for. */
const MAX_NODES = 1000;
/**
 * Maximum number of characters of an event that a condition reads for all its nodes together: a
 * quarter of a second. For one node, it reads what it asks for.
 */
const MAX_READ = 40_000_000;
/** Maximum number of compiled conditions that are kept. */
const MAX_COMPILED = 500;
const compiled = new Map<string, Condition>();

export function appliesTo(where: string | undefined, node: NodeAttributes): ConditionResult {
  return where === undefined ? true : conditionOf(where, "node")({ node: known(node) });
}

/** Returns whether a value of a series fulfils a condition. */
export function holdsFor(when: string, value: unknown, node: NodeAttributes): ConditionResult {
  return conditionOf(when, "value")({ node: known(node), ...valueContext(value) });
}

/** An event, and the attributes of its nodes. */
export interface EventWithNodes {
  readonly event: RainmakerEvent;
  /** Returns the attributes of a node of the event. */
  readonly attributesOf: (nodeId: string) => NodeAttributes | undefined;
}

/**
 * Returns whether a condition holds for an event. If the event has several nodes, the condition
 * must hold for one of them. If the event has too many nodes, or too long texts, to evaluate all
 * its nodes in a short time, only the first nodes are evaluated: if the condition holds for none of
 * them, the result is `unknown`. `series` has the last reading of each series, by the name of the
 * series.
 */
export function holdsForEvent(
  where: string,
  { event, attributesOf }: EventWithNodes,
): ConditionResult {
  const condition = conditionOf(where, "event");
  const context = {
    event: { type: shortType(event.type), data: event.data },
    series: lastReadings(event),
  };
  const nodes = nodesOf(event);
  const holds = (node: Partial<NodeAttributes>) => condition({ ...context, node: known(node) });
  if (nodes.length === 0) return holds({ tags: [] });
  const maxNodes = maxNodesOf(where, event);
  let result: ConditionResult = nodes.length > maxNodes && asksForNode(where) ? "unknown" : false;
  for (const id of nodes.slice(0, maxNodes)) {
    const ofNode = holds(attributesOf(id) ?? { id, tags: [] });
    if (ofNode === true) return true;
    if (ofNode === "unknown") result = ofNode;
  }
  return result;
}

function asksForNode(where: string): boolean {
  return /\bnode\b/.test(where);
}

const sizes = new WeakMap<RainmakerEvent, number>();

/**
 * Returns how many characters of an event a condition reads for one node, at most: each call and
 * each mention can read all of it.
 */
function readForNode(where: string, event: RainmakerEvent): number {
  const mentions = where.match(/\bevent\b(?!\.type\b)|\bseries\b/g) ?? [];
  if (mentions.length === 0) return 0;
  const size = sizes.get(event) ?? JSON.stringify(event.data).length;
  sizes.set(event, size);
  return size * (mentions.length + where.split("(").length - 1);
}

function maxNodesOf(where: string, event: RainmakerEvent): number {
  if (!asksForNode(where)) return 1;
  return Math.min(MAX_NODES, Math.max(1, Math.floor(MAX_READ / (readForNode(where, event) + 1))));
}

/** Returns how many characters of an event {@link holdsForEvent} reads, at most. */
export function charactersRead(where: string, event: RainmakerEvent): number {
  const nodes = Math.max(1, Math.min(nodesOf(event).length, maxNodesOf(where, event)));
  return nodes * readForNode(where, event);
}

/**
 * Returns the newest reading of each series of an event: its value, and its time as epoch
 * milliseconds.
 */
function lastReadings(event: RainmakerEvent): ReadonlyMap<string, unknown> {
  const readings = new Map<string, { readonly value: unknown; readonly atMs: number }>();
  if (event.type !== "rmaker.event.node_ts_data") return readings;
  for (const { name, records } of event.data.series)
    for (const { value, atMs } of records)
      if (atMs >= (readings.get(name)?.atMs ?? 0)) readings.set(name, { value, atMs });
  return readings;
}

function valueContext(value: unknown): Context {
  if (typeof value === "number") return { value };
  if (typeof value === "boolean") return { truth: value };
  return typeof value === "string" ? { text: value } : {};
}

function known(node: Partial<NodeAttributes>): Context {
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined));
}

function conditionOf(source: string, scope: ConditionScope): Condition {
  const key = `${scope} ${source}`;
  const found = compiled.get(key);
  if (found !== undefined) return found;
  let program: ReturnType<typeof compile> | undefined;
  // One that cannot be read, such as of another version, must not keep others from their events.
  const condition: Condition = (context) => {
    try {
      program ??= compile(source, scope);
      const result: unknown = program({ ...context });
      return typeof result === "boolean" ? result : "unknown";
    } catch {
      return "unknown";
    }
  };
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(key, condition);
  return condition;
}
