import { type ConditionScope, conditionMistake } from "@rainhooks/conditions/language";
import { RainhooksError } from "@rainhooks/core/errors";
import {
  choiceField,
  countField,
  durationField,
  type FieldReader,
  flagField,
  listField,
  numberField,
  patternField,
  right,
  textField,
  wrong,
} from "@rainhooks/core/fields";
import { describeValue, isJsonObject, parseJson } from "@rainhooks/core/json";
import { type Mistake, mistakeText } from "@rainhooks/core/mistake";
import { GROUPINGS, RULE_KINDS, type Rule, type RuleKind, SEVERITIES } from "./rule.ts";

/** Reads a name: it is part of ids and of commands. */
export const nameField = patternField(
  /^[a-z][a-z0-9-]{0,49}$/,
  "1 to 50 lower-case letters, digits and dashes, the first one a letter",
);

/** Maximum number of destinations of a rule. */
const MAX_DESTINATIONS = 20;

/** Reads a list of names of destinations. */
const destinationsField = listField(
  { min: 1, max: MAX_DESTINATIONS, of: "names of destinations" },
  patternField(/^[\w-]{1,64}$/, "the name of a destination"),
);

/** Returns a reader of conditions in CEL. */
export function conditionField(scope: ConditionScope): FieldReader<string> {
  return (value) => {
    if (typeof value !== "string")
      return wrong(`must be a CEL expression, not ${describeValue(value)}`);
    const mistake = conditionMistake(value, scope);
    return mistake === undefined ? right(value) : wrong(mistake);
  };
}

/** How a field is written by a person. */
type RuleInput = "text" | "number" | "duration" | "choice" | "flag" | "list" | "condition";

/** A field of a rule: how it is read from JSON, and what people are told of it. */
export interface RuleField {
  readonly input: RuleInput;
  readonly read: FieldReader<unknown>;
  /** What it is, such as `how long it must last`. */
  readonly about: string;
  /** Of a choice: what can be chosen. */
  readonly choices?: readonly string[];
  /** Value of a field that is left out; absent: it can be left out, and then there is none. */
  readonly fallback?: unknown;
  readonly required?: true;
}

type More = Pick<RuleField, "choices" | "fallback" | "required">;
const REQUIRED = { required: true } as const;

/** Shortest time that a sweep every minute can tell. */
const SHORTEST = "1m";
/** Longest time of a rule: what a node's history shows without reading far back. */
const LONGEST = "7d";
const MAX_SERIES_LENGTH = 200;
const MANY = 1_000_000;

function field(
  input: RuleInput,
  read: FieldReader<unknown>,
  about: string,
  more: More = {},
): RuleField {
  return { input, read, about, ...more };
}

function choice(choices: readonly string[], about: string, more: More): RuleField {
  return field("choice", choiceField(choices), about, { choices, ...more });
}

const bound = numberField(-Number.MAX_VALUE, Number.MAX_VALUE, "a number");

/** Fields of rules of every kind. */
export const COMMON_FIELDS: Readonly<Record<string, RuleField>> = {
  name: field("text", nameField, "its name", REQUIRED),
  kind: choice(RULE_KINDS, "what to look for", REQUIRED),
  severity: choice(SEVERITIES, "how urgent it is", { fallback: "medium" }),
  description: field("text", textField({ max: 200 }), "what it is, for people"),
  where: field(
    "condition",
    conditionField("node"),
    "which nodes, such as 'node.type == \"thermostat\"'",
  ),
  destinations: field(
    "list",
    destinationsField,
    "destinations that get its alarms (default: all that want alarm_changed)",
  ),
  reAlarm: field(
    "duration",
    durationField("5m", LONGEST),
    "send an alarm again that nobody has acknowledged after this time",
  ),
  latch: field("flag", flagField, "keep alarms in the list until somebody acknowledges them"),
};

const SERIES = field("text", textField({ max: MAX_SERIES_LENGTH }), "the series", REQUIRED);
const lasts = (min: string, max: string, more: More) =>
  field("duration", durationField(min, max), "how long it must last, such as 10m", more);
const windowOf = (about: string) =>
  field("duration", durationField(SHORTEST, "1d"), about, REQUIRED);

/** Fields of rules of each kind, besides the common ones. */
export const FIELDS_OF_KIND: Readonly<Record<RuleKind, Readonly<Record<string, RuleField>>>> = {
  offline: { for: lasts(SHORTEST, LONGEST, REQUIRED) },
  silent: { for: lasts("1h", LONGEST, REQUIRED) },
  flapping: {
    count: field("number", countField(2, 100), "how often a node goes offline", REQUIRED),
    window: windowOf("the time in which it is counted"),
  },
  threshold: {
    series: SERIES,
    above: field("number", bound, "values above are out of bounds"),
    below: field("number", bound, "values below are out of bounds"),
    hysteresis: field(
      "number",
      numberField(0, Number.MAX_VALUE, "a number from 0"),
      "how far a value must be back within the bounds",
      { fallback: 0 },
    ),
    when: field(
      "condition",
      conditionField("value"),
      "which values are out of bounds, such as 'text == \"error\"'",
    ),
    for: lasts("0s", "1d", { fallback: 0 }),
  },
  rate: {
    series: SERIES,
    change: field(
      "number",
      numberField(Number.MIN_VALUE, Number.MAX_VALUE, "a number above 0"),
      "by how much values change",
      REQUIRED,
    ),
    direction: choice(["up", "down", "any"], "in which direction", { fallback: "any" }),
    window: windowOf("the time in which they change"),
  },
  outage: {
    by: choice(GROUPINGS, "what the nodes of a group share", REQUIRED),
    share: field("number", numberField(0.01, 1), "share of the nodes of a group, 0.01 to 1", {
      fallback: 0.5,
    }),
    count: field("number", countField(2, MANY), "how many nodes at least", { fallback: 10 }),
    for: lasts("0s", "1h", { fallback: 0 }),
  },
};

/** Maximum length of a rule's JSON: more than any rule with the longest texts has. */
const MAX_RULE_LENGTH = 8000;

/**
 * Reads a rule from its JSON.
 *
 * @throws {RainhooksError} `rules-invalid` for anything that is not a rule; the message is one line
 * that says which fields are wrong, and what they must be.
 */
export function readRule(text: string): Rule {
  if (text.length > MAX_RULE_LENGTH)
    throw notOne(`has ${text.length} characters, more than ${MAX_RULE_LENGTH}`);
  const parsed = parseJson(text);
  if (!parsed.ok)
    throw notOne(parsed.reason === "too-deep" ? "is nested too deeply" : "is not JSON");
  return ruleOf(parsed.value);
}

function notOne(mistake: string): RainhooksError {
  return new RainhooksError("rules-invalid", `The rule: ${mistake}.`, { permanent: true });
}

/** Reads a rule from a JSON value; see {@link readRule}. */
function ruleOf(value: unknown): Rule {
  if (!isJsonObject(value)) throw notOne(`must be a JSON object, not ${describeValue(value)}`);
  const given = new Map<string, unknown>(Object.entries(value));
  const name = nameField(given.get("name"));
  const kind = choiceField(RULE_KINDS)(given.get("kind"));
  const fields = { ...COMMON_FIELDS, ...(kind.ok ? FIELDS_OF_KIND[kind.value] : {}) };
  const readers = new Map(Object.entries(fields));
  const mistakes: Mistake[] = [...given.keys()]
    .filter((field) => kind.ok && !readers.has(field))
    .map((field) => ({
      problem: `A rule of this kind has no field ${describeValue(field)}. Its fields are ${[...readers.keys()].join(", ")}.`,
    }));
  const rule = Object.fromEntries(
    [...readers].flatMap(([field, one]) => readField(field, one, given, mistakes)),
  );
  // Each field has been read by the reader of its kind.
  const read = rule as unknown as Rule;
  const wrong = mistakes.length > 0 ? mistakes : contradictions(read);
  if (wrong.length === 0) return read;
  throw invalid(name.ok ? `Rule ${name.value}` : "The rule", wrong);
}

/** @param mistakes What is wrong with the field is added to them. */
function readField(
  field: string,
  { input, read, required, fallback }: RuleField,
  given: ReadonlyMap<string, unknown>,
  mistakes: Mistake[],
): [string, unknown][] {
  const value = given.get(field);
  const as = input === "duration" ? `${field}Ms` : field;
  if (value === undefined && field !== "kind") {
    if (required === true) mistakes.push({ field, problem: "is missing." });
    return fallback === undefined ? [] : [[as, fallback]];
  }
  const found = read(value);
  if (found.ok) return [[as, found.value]];
  mistakes.push({ field, problem: `${found.mistake}.` });
  return [];
}

/** Returns which fields do not go together. */
function contradictions(rule: Rule): Mistake[] {
  if (rule.kind !== "threshold") return [];
  const { above, below, when, hysteresis } = rule;
  const limits = [above, below, when].filter((one) => one !== undefined).length;
  if (limits === 0)
    return [{ field: "above", problem: "is missing, and so are below and when: one is needed." }];
  if (when !== undefined && limits > 1)
    return [{ field: "when", problem: "cannot be combined with above or below." }];
  if (when !== undefined && hysteresis > 0)
    return [{ field: "hysteresis", problem: "needs above or below." }];
  if (above !== undefined && below !== undefined && above - hysteresis < below + hysteresis)
    return [
      { field: "above", problem: "must be greater than below, by at least twice the hysteresis." },
    ];
  return [];
}

function invalid(label: string, mistakes: readonly Mistake[]): RainhooksError {
  const message = `${label}: ${mistakes.map((one) => mistakeText(one)).join(" ")}`;
  return new RainhooksError("rules-invalid", message, { permanent: true, mistakes });
}
