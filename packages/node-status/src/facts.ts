import { isDeepStrictEqual } from "node:util";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Connection } from "./connection.ts";
import type { EventContext, NodeField, ShownField } from "./fields/field.ts";
import { NODE_FIELDS } from "./fields/node-fields.ts";

type Fields = typeof NODE_FIELDS;
type FieldName = keyof Fields;
type ShownName = {
  [Name in FieldName]: Fields[Name] extends ShownField<infer _Value, infer _Shown> ? Name : never;
}[FieldName];

/**
 * The stored data of a node. Each field only grows or moves forward in time, so facts can be joined in any
 * order and any number of times. Whether the node is online follows from its connects and disconnects.
 */
export type NodeFacts = Connection & { readonly [Name in FieldName]: ReturnType<Fields[Name]["decode"]> };

/** The fields of a node that readers get. */
export type ShownFacts = { readonly [Name in ShownName]: ReturnType<Fields[Name]["show"]> };

const FIELDS: Readonly<Record<string, NodeField<unknown> | ShownField<unknown, unknown>>> = NODE_FIELDS;
const ENTRIES = Object.entries(FIELDS) as [FieldName, NodeField<unknown>][];

/** The facts of a node before any event. */
export const NO_FACTS: NodeFacts = eachField(({ initial }) => initial);

/** An event, and what fields derive from it besides. */
export interface EventInContext {
  readonly event: RainmakerEvent;
  readonly context: EventContext;
}

/** Returns the facts that events of one node contain together. */
export function factsOf(events: readonly EventInContext[]): NodeFacts {
  return eachField((field) =>
    events.reduce(
      (value, { event, context }) => join(field, value, field.fromEvent(event, context)),
      field.initial,
    ),
  );
}

/**
 * Joins the facts of one node from two sources.
 */
export function joinFacts(a: NodeFacts, b: NodeFacts): NodeFacts {
  return eachField((field, name) => join(field, a[name], b[name]));
}

/** Most events say something about few fields. */
function join(field: NodeField<unknown>, a: unknown, b: unknown): unknown {
  if (b === field.initial) return a;
  return a === field.initial ? b : field.join(a, b);
}

/** Returns true if two facts are equal in every field. */
export function equalFacts(a: NodeFacts, b: NodeFacts): boolean {
  return isDeepStrictEqual(a, b);
}

/** Converts facts to the attributes of a node's row. Unknown fields are `undefined`. */
export function encodeFacts(facts: NodeFacts): Readonly<Record<string, unknown>> {
  const encoded: Record<string, unknown> = {};
  for (const [name, field] of ENTRIES) encoded[name] = field.encode(facts[name]);
  return encoded;
}

/** Converts the attributes of a row to facts. */
export function decodeFacts(attributes: Readonly<Record<string, unknown>>): NodeFacts {
  return eachField((field, name) => field.decode(attributes[name]));
}

/** Returns the fields that readers get. */
export function shownFacts(facts: NodeFacts): ShownFacts {
  const shown = Object.entries(FIELDS).flatMap(([name, field]) =>
    "show" in field ? [[name, field.show(facts[name as FieldName])]] : [],
  );
  return Object.fromEntries(shown) as ShownFacts;
}

/**
 * Makes a value for every field. TypeScript cannot infer each field's type in a loop, so the result is cast.
 */
function eachField(make: (field: NodeField<unknown>, name: FieldName) => unknown): NodeFacts {
  const made: Partial<Record<FieldName, unknown>> = {};
  for (const [name, field] of ENTRIES) made[name] = make(field, name);
  return made as NodeFacts;
}
