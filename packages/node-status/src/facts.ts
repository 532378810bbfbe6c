import { isDeepStrictEqual } from "node:util";
import type { RainmakerEvent } from "@rainhooks/core";
import type { Connection } from "./connection.ts";
import type { EventContext, NodeField, ShownField } from "./fields/field.ts";
import { NODE_FIELDS } from "./fields/node-fields.ts";

type Fields = typeof NODE_FIELDS;
type FieldName = keyof Fields;
type ShownName = {
  [Name in FieldName]: Fields[Name] extends ShownField<infer _Value, infer _Shown> ? Name : never;
}[FieldName];

/**
 * What is kept of a node. Each field only grows or moves forward in time, so facts can be joined in any order and any
 * number of times. Whether the node is online follows from its connects and disconnects.
 */
export type NodeFacts = Connection & { readonly [Name in FieldName]: ReturnType<Fields[Name]["decode"]> };

/** The fields of a node that readers see as they are. */
export type ShownFacts = { readonly [Name in ShownName]: ReturnType<Fields[Name]["show"]> };

const FIELDS: Readonly<Record<string, NodeField<unknown> | ShownField<unknown, unknown>>> = NODE_FIELDS;

/** The facts of a node before any event. */
export const NO_FACTS: NodeFacts = eachField(({ initial }) => initial);

/** What one event says of a node. */
export function factsOf(event: RainmakerEvent, context: EventContext): NodeFacts {
  return eachField((field) => field.fromEvent(event, context));
}

/** Joins what is known of a node from two sides. */
export function joinFacts(a: NodeFacts, b: NodeFacts): NodeFacts {
  return eachField((field, name) => field.join(a[name], b[name]));
}

/** True when two sides know the same of a node, value by value. */
export function equalFacts(a: NodeFacts, b: NodeFacts): boolean {
  return isDeepStrictEqual(a, b);
}

/** The attributes of a node's row; what is not known is `undefined`. */
export function encodeFacts(facts: NodeFacts): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(FIELDS).map(([name, field]) => [name, field.encode(facts[name as FieldName])]),
  );
}

/** The facts in the attributes of a row. */
export function decodeFacts(attributes: Readonly<Record<string, unknown>>): NodeFacts {
  return eachField((field, name) => field.decode(attributes[name]));
}

/** The fields that readers see as they are. */
export function shownFacts(facts: NodeFacts): ShownFacts {
  const shown = Object.entries(FIELDS).flatMap(([name, field]) =>
    "show" in field ? [[name, field.show(facts[name as FieldName])]] : [],
  );
  return Object.fromEntries(shown) as ShownFacts;
}

/** Makes a value for every field. TypeScript cannot follow a field's type through a loop, so the result is cast. */
function eachField(make: (field: NodeField<unknown>, name: FieldName) => unknown): NodeFacts {
  const entries = Object.entries(FIELDS).map(([name, field]) => [name, make(field, name as FieldName)]);
  return Object.fromEntries(entries) as NodeFacts;
}
