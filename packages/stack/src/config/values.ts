import { EVENT_TYPES, type EventType } from "@rainhooks/core/catalog";
import {
  choiceField,
  countField,
  type FieldReader,
  flagField,
  numberField,
  patternField,
  textThat,
} from "@rainhooks/core/fields";
import { describeValue, isJsonObject } from "@rainhooks/core/json";
import { isRegion } from "@rainhooks/core/region";

/*
 * Values of which the fields of a stage are made: kinds of fields, and lists and objects of them.
 * What is wrong with one follows its path: "nodes must be a whole number from 1 to 5, not 7".
 */

/** What a field of a stage's file holds. */
export interface Value<T> {
  /** Returns what is wrong with a value, each with its path. */
  readonly check: (value: unknown, path: string) => readonly string[];
  /** Says what type it has; no value is ever here. */
  readonly type?: T;
  /** Triggers of functions on which it has an effect; absent for all. */
  readonly triggers?: readonly string[];
  /** Of an object, or of values by name: their fields. */
  readonly entries?: Entries;
}

/** A field that can be left out. */
export interface Optional<T> extends Value<T> {
  readonly isOptional: true;
}

/** A field that can be left out, and then has a value. */
export interface ValueWithDefault<T> extends Optional<T> {
  readonly fallback: T;
}

/** The fields of an object, by their names. */
export type Entries = Readonly<Record<string, Value<unknown>>>;

type TypeOf<V> = V extends Value<infer T> ? T : never;
type AllOf<E extends Entries> = {
  readonly [Name in keyof E as E[Name] extends Optional<unknown> ? never : Name]: TypeOf<E[Name]>;
} & {
  readonly [Name in keyof E as E[Name] extends Optional<unknown> ? Name : never]?: TypeOf<E[Name]>;
};

/** The type of an object with some fields. */
export type FieldsOf<E extends Entries> =
  AllOf<E> extends infer All ? { readonly [Name in keyof All]: All[Name] } : never;

type DefaultsOf<E extends Entries> = {
  readonly [Name in keyof E as E[Name] extends ValueWithDefault<unknown> ? Name : never]: TypeOf<
    E[Name]
  >;
};

/** An object with some fields. */
export interface Fields<E extends Entries> extends Value<FieldsOf<E>> {
  readonly entries: E;
}

/** A value of a kind. */
export function of<T>(kind: FieldReader<T>): Value<T> {
  return {
    check: (value, path) => {
      const field = kind(value);
      return field.ok ? [] : [`${path} ${field.mistake}`];
    },
  };
}

/** A field that can be left out. */
export function optional<T>(value: Value<T>): Optional<T> {
  return { ...value, isOptional: true };
}

/** A field that can be left out, and then has a value. */
export function withDefault<T>(value: Value<T>, fallback: T): ValueWithDefault<T> {
  return { ...optional(value), fallback };
}

/** Returns the fields of an object, with the defaults of those that are left out. */
export function complete<E extends Entries>(
  { entries }: Fields<E>,
  given: FieldsOf<E> | Record<string, never> = {},
): FieldsOf<E> & DefaultsOf<E> {
  const fallbacks = Object.entries(entries).flatMap(([name, value]) =>
    "fallback" in value ? [[name, value.fallback]] : [],
  );
  // Each field with a default has it, or a value of the same type.
  return { ...Object.fromEntries(fallbacks), ...given } as FieldsOf<E> & DefaultsOf<E>;
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): Value<number> {
  return of(countField(min, max));
}

/** A number that is at least `min` and at most `max`. */
export function numberFrom(min: number, max: number, rule: string): Value<number> {
  return of(numberField(min, max, rule));
}

/** A number above which an alarm goes off. */
export function threshold(max = Number.MAX_VALUE): Value<number> {
  const rule = "a number that is not negative";
  return numberFrom(0, max, max === Number.MAX_VALUE ? rule : `${rule}, up to ${max}`);
}

/** True or false. */
export function flag(): Value<boolean> {
  return of(flagField);
}

/** A text with a pattern; `rule` describes the pattern. */
export function text(pattern: RegExp, rule: string): Value<string> {
  return of(patternField(pattern, rule));
}

/** Any text. */
export function anyText(rule: string): Value<string> {
  return of(textThat(rule, () => true));
}

/** One of some texts. */
export function choice<const T extends string>(choices: readonly T[]): Value<T> {
  return of(choiceField(choices));
}

/** A list. */
export function list<T>(item: Value<T>): Value<readonly T[]> {
  return {
    check: (value, path) =>
      Array.isArray(value)
        ? value.flatMap((one, index) => item.check(one, `${path}.${index}`))
        : [`${path} must be a list, not ${describeValue(value)}`],
  };
}

/** Values by name. */
export function byName<T>(value: Value<T>): Value<Readonly<{ [x: string]: T }>> {
  return {
    ...(value.entries === undefined
      ? {}
      : { entries: { "<name>": { ...value, entries: value.entries } } }),
    check: (given, path) =>
      isJsonObject(given)
        ? Object.entries(given).flatMap(([name, one]) => value.check(one, `${path}.${name}`))
        : [notAnObject(given, path)],
  };
}

/** Values by the type of an event. */
export function byEvent<T>(value: Value<T>): Value<Readonly<{ [Event in EventType]?: T }>> {
  const { check } = byName(value);
  const type = eventType();
  return {
    check: (given, path) => [
      ...(isJsonObject(given)
        ? Object.keys(given).flatMap((name) => type.check(name, `${path}.${name}`))
        : []),
      ...check(given, path),
    ],
  };
}

/** The type of an event. */
export function eventType(): Value<EventType> {
  return of(
    textThat("an event of docs/events.md", (text) => EVENT_TYPES.some((one) => one === text)),
  );
}

/**
 * An object with some fields: what is misspelt would have no effect.
 *
 * @param remedy What to do about one that it does not have, after a colon. @defaultValue nothing is
 * said
 */
export function fields<E extends Entries>(entries: E, remedy = ""): Fields<E> {
  const known = Object.keys(entries);
  const within = (path: string, name: string) => (path === "" ? name : `${path}.${name}`);
  return {
    entries,
    check: (given, path) => {
      if (!isJsonObject(given)) return [notAnObject(given, path === "" ? "it" : path)];
      const unknown = Object.keys(given).filter((name) => !Object.hasOwn(entries, name));
      return [
        ...Object.entries(entries).flatMap(([name, value]) => {
          if (Object.hasOwn(given, name)) return value.check(given[name], within(path, name));
          return "isOptional" in value ? [] : [`${within(path, name)} is missing`];
        }),
        ...unknown.map(
          (name) => `${within(path, name)} is not a field (known: ${known.join(", ")})${remedy}`,
        ),
      ];
    },
  };
}

function notAnObject(value: unknown, path: string): string {
  return `${path} must be an object, not ${describeValue(value)}`;
}

/** The name of an AWS region. */
export function region(): Value<string> {
  return of(textThat("an AWS region, such as eu-central-1", isRegion));
}

/** The ARN of an SNS topic. */
export function topicArn(): Value<string> {
  const rule = "the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:my-topic";
  return of(textThat(rule, isTopicArn));
}

/** The name of an SNS topic. */
export function topicName(): Value<string> {
  return text(/^[\w-]{1,256}$/, "1 to 256 letters, digits, dashes and underscores");
}

/** An e-mail address. */
export function email(): Value<string> {
  return of(textThat("an e-mail address", (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)));
}

/** A day in UTC. */
export function day(): Value<string> {
  const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
  return of(textThat("a day such as 2026-11-25", isDay));
}

const ARN =
  /^arn:aws[a-z-]*:(?<service>[a-z]+):(?<region>[a-z0-9-]*):(?<account>\d{12}):(?<resource>[\w+=,.@/-]{1,256})$/;

/** Parts of an ARN; `undefined` for a text that is not an ARN. */
export function arnParts(arn: string) {
  const { service = "", region = "", account = "", resource = "" } = ARN.exec(arn)?.groups ?? {};
  return service === "" ? undefined : { service, region, account, resource };
}

/** True for the ARN of an SNS topic. */
function isTopicArn(arn: string): boolean {
  const parts = arnParts(arn);
  return parts?.service === "sns" && isRegion(parts.region) && /^[\w-]+$/.test(parts.resource);
}
