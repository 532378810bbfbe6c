import { isDeepStrictEqual } from "node:util";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Connection } from "./connection.ts";
import type { ExtensionField } from "./fields/extension-field.ts";
import type { EventContext, NodeField, ReadableField } from "./fields/field.ts";
import { NODE_FIELDS } from "./fields/node-fields.ts";

type Fields = typeof NODE_FIELDS;
type FieldName = keyof Fields;
type ShownName = {
  [Name in FieldName]: Fields[Name] extends ReadableField<infer _Value, infer _Shown>
    ? Name
    : never;
}[FieldName];

/**
 * The stored data of a node. Each field only grows or moves forward in time, so facts can be joined
 * in any order and any number of times. Whether the node is online follows from its connects and
 * disconnects.
 */
export type NodeFacts = Connection & {
  readonly [Name in FieldName]: ReturnType<Fields[Name]["decode"]>;
};

/** The fields of a node that readers get. */
export type ReadableFacts = { readonly [Name in ShownName]: ReturnType<Fields[Name]["show"]> };

const FIELDS: Readonly<Record<string, NodeField<unknown> | ReadableField<unknown, unknown>>> =
  NODE_FIELDS;

/** The fields of rows by their names: the platform's, and those of extensions. */
export type NodeFields = ReadonlyMap<string, NodeField<unknown>>;

const PLATFORM: NodeFields = new Map(Object.entries(FIELDS));

/** Returns the fields of rows with those of extensions. */
export function fieldsWith(extra: readonly ExtensionField[]): NodeFields {
  return extra.length === 0
    ? PLATFORM
    : new Map([...PLATFORM, ...extra.map((field) => [field.name, field] as const)]);
}

/** The facts of a node before any event. */
export const NO_FACTS: NodeFacts = eachField(PLATFORM, ({ initial }) => initial);

/** An event, and what fields derive from it besides. */
export interface EventInContext {
  readonly event: RainmakerEvent;
  readonly context: EventContext;
}

/** Returns the facts that events of one node contain together. */
export function factsOf(events: readonly EventInContext[], fields = PLATFORM): NodeFacts {
  return eachField(fields, (field) =>
    events.reduce(
      (value, { event, context }) => join(field, value, field.fromEvent(event, context)),
      field.initial,
    ),
  );
}

/**
 * Joins the facts of one node from two sources.
 */
export function joinFacts(a: NodeFacts, b: NodeFacts, fields = PLATFORM): NodeFacts {
  return eachField(fields, (field, name) => join(field, a[name], b[name]));
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
export function encodeFacts(
  facts: NodeFacts,
  fields = PLATFORM,
): Readonly<Record<string, unknown>> {
  return mapFields(fields, (field, name) => field.encode(facts[name]));
}

/** Converts the attributes of a row to facts. */
export function decodeFacts(
  attributes: Readonly<Record<string, unknown>>,
  fields = PLATFORM,
): NodeFacts {
  return eachField(fields, (field, name) => field.decode(attributes[name]));
}

/** Returns the value of a field of an extension in facts that were made with it. */
export function factValue<Value>(
  facts: NodeFacts,
  { name, initial }: ExtensionField<Value>,
): Value {
  const values = facts as object as Readonly<Record<string, unknown>>;
  return name in values ? (values[name] as Value) : initial;
}

/** Returns the fields that readers get. */
export function readableFacts(facts: NodeFacts): ReadableFacts {
  const shown = Object.entries(FIELDS).flatMap(([name, field]) =>
    "show" in field ? [[name, field.show(facts[name as FieldName])]] : [],
  );
  return Object.fromEntries(shown) as ReadableFacts;
}

/**
 * Makes a value for every field. TypeScript cannot infer each field's type in a loop, so the result
 * is cast.
 */
function eachField(
  fields: NodeFields,
  make: (field: NodeField<unknown>, name: FieldName) => unknown,
): NodeFacts {
  return mapFields(fields, make) as object as NodeFacts;
}

/**
 * The name of a field of an extension is used in the same way as those that the type of facts has.
 */
function mapFields(
  fields: NodeFields,
  make: (field: NodeField<unknown>, name: FieldName) => unknown,
): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = {};
  for (const [name, field] of fields) made[name] = make(field, name as FieldName);
  return made;
}
