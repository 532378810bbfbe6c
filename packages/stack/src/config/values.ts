import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { isRegion } from "@rainhooks/core/region";
import * as v from "valibot";
import { isDay, isEmail, isTopicArn } from "./formats.ts";

/*
 * Values of which the fields of a stage are made. What is wrong with one follows its path: "nodes must be a
 * whole number from 1 to 5, not 7".
 */

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number) {
  const rule = `must be a whole number from ${min.toLocaleString("en-US")} to ${max.toLocaleString("en-US")}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule));
}

/** A number that is at least `min` and at most `max`. */
export function numberFrom(min: number, max: number, rule: string) {
  return v.pipe(v.number(rule), v.minValue(min, rule), v.maxValue(max, rule));
}

/** A number above which an alarm goes off. */
export function threshold(max = Number.MAX_VALUE) {
  const rule = "must be a number that is not negative";
  return numberFrom(0, max, max === Number.MAX_VALUE ? rule : `${rule}, up to ${max}`);
}

/** True or false. */
export function flag() {
  return v.boolean("must be true or false");
}

/** A text with a pattern; `rule` describes the pattern. */
export function text(pattern: RegExp, rule: string) {
  return v.pipe(v.string(rule), v.regex(pattern, rule));
}

/** One of some texts. */
export function choice<const T extends readonly string[]>(choices: T) {
  return v.picklist(choices, `must be one of ${choices.join(", ")}`);
}

/** A list. */
export function list<T extends v.GenericSchema>(item: T) {
  return v.pipe(v.array(item, "must be a list"), v.readonly());
}

/** Values by name. */
export function byName<T extends v.GenericSchema>(value: T) {
  return v.pipe(v.record(v.string(), value, "must be an object"), v.readonly());
}

/** Values by the type of an event. */
export function byEvent<T extends v.GenericSchema>(value: T) {
  return v.pipe(v.record(eventType(), value, "must be an object"), v.readonly());
}

/** The type of an event. */
export function eventType() {
  return v.picklist(EVENT_TYPES, "must be an event of docs/events.md");
}

/** An object with some fields: what is misspelt would have no effect. */
export function fields<T extends v.ObjectEntries>(entries: T) {
  return v.strictObject(entries, ({ expected }) => {
    if (expected === "Object") return "must be an object";
    return expected === "never" ? `is not a field (known: ${Object.keys(entries).join(", ")})` : "is missing";
  });
}

/** A schema that {@link fields} makes. */
export type FieldsSchema<T extends v.ObjectEntries> = ReturnType<typeof fields<T>>;

/** A text that a function checks. */
export function textThat(is: (text: string) => boolean, rule: string) {
  return v.pipe(v.string(rule), v.check(is, rule));
}

/** The name of an AWS region. */
export function region() {
  return textThat(isRegion, "must be an AWS region, such as eu-central-1");
}

/** The ARN of an SNS topic. */
export function topicArn() {
  return textThat(
    isTopicArn,
    "must be the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:my-topic",
  );
}

/** The name of an SNS topic. */
export function topicName() {
  return text(/^[\w-]{1,256}$/, "must have 1 to 256 letters, digits, dashes and underscores");
}

/** An e-mail address. */
export function email() {
  return textThat(isEmail, "must be an e-mail address");
}

/** A day in UTC. */
export function day() {
  return textThat(isDay, "must be a day such as 2026-11-25");
}
