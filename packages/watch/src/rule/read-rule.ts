import { DAY_MS, describeValue, HOUR_MS, isJsonObject, parseJson, RainhooksError } from "@rainhooks/core";
import {
  choiceField,
  countField,
  durationField,
  type FieldReader,
  flagField,
  numberField,
  textField,
} from "@rainhooks/core/fields";
import { GROUPINGS, REGRESSION_EVENTS, RULE_KINDS, type Rule, type RuleKind, SEVERITIES } from "./rule.ts";
import { conditionField, destinationsField, nameField } from "./rule-fields.ts";

/** How a field of a rule's JSON is read. */
interface RuleField {
  /** Name of the field in a {@link Rule}. */
  readonly as: string;
  readonly read: FieldReader<unknown>;
  /** Value of a field that is left out; absent: it can be left out, and then there is none. */
  readonly fallback?: unknown;
  readonly required?: true;
}

/** Shortest time that a sweep every minute can tell. */
const SHORTEST = "1m";
/** Longest time of a rule: what a node's history shows without reading far back. */
const LONGEST = "7d";
const MAX_SERIES_LENGTH = 200;

const COMMON: Readonly<Record<string, RuleField>> = {
  name: { as: "name", read: nameField, required: true },
  kind: { as: "kind", read: choiceField(RULE_KINDS), required: true },
  severity: { as: "severity", read: choiceField(SEVERITIES), fallback: "medium" },
  description: { as: "description", read: textField({ max: 200 }) },
  where: { as: "where", read: conditionField("node") },
  destinations: { as: "destinations", read: destinationsField },
  reAlarm: { as: "reAlarmMs", read: durationField("5m", "7d") },
  latch: { as: "latch", read: flagField },
};

const series: RuleField = { as: "series", read: textField({ max: MAX_SERIES_LENGTH }), required: true };
const limit: RuleField = { as: "", read: numberField(-Number.MAX_VALUE, Number.MAX_VALUE) };

const OF_KIND: Readonly<Record<RuleKind, Readonly<Record<string, RuleField>>>> = {
  offline: { for: { as: "forMs", read: durationField(SHORTEST, LONGEST), required: true } },
  silent: { for: { as: "forMs", read: durationField("1h", LONGEST), required: true } },
  flapping: {
    count: { as: "count", read: countField(2, 100), required: true },
    window: { as: "windowMs", read: durationField(SHORTEST, "1d"), required: true },
  },
  threshold: {
    series,
    above: { ...limit, as: "above" },
    below: { ...limit, as: "below" },
    hysteresis: { as: "hysteresis", read: numberField(0, Number.MAX_VALUE), fallback: 0 },
    when: { as: "when", read: conditionField("value") },
    for: { as: "forMs", read: durationField("0s", "1d"), fallback: 0 },
  },
  rate: {
    series,
    change: { as: "change", read: numberField(Number.MIN_VALUE, Number.MAX_VALUE), required: true },
    direction: { as: "direction", read: choiceField(["up", "down", "any"]), fallback: "any" },
    window: { as: "windowMs", read: durationField(SHORTEST, "1d"), required: true },
  },
  outage: {
    by: { as: "by", read: choiceField(GROUPINGS), required: true },
    share: { as: "share", read: numberField(0.01, 1), fallback: 0.5 },
    count: { as: "count", read: countField(2, 1_000_000), fallback: 10 },
    for: { as: "forMs", read: durationField("0s", "1h"), fallback: 0 },
  },
  regression: {
    event: { as: "event", read: choiceField(REGRESSION_EVENTS), fallback: "drops" },
    ratio: { as: "ratio", read: numberField(1.2, 100), fallback: 2 },
    window: { as: "windowMs", read: durationField("3h", LONGEST), fallback: DAY_MS },
    nodes: { as: "nodes", read: countField(5, 1_000_000), fallback: 30 },
    count: { as: "count", read: countField(5, 1_000_000), fallback: 20 },
  },
};

/** Maximum length of a rule's JSON: more than any rule with the longest texts has. */
const MAX_RULE_LENGTH = 8000;

/**
 * Reads a rule from its JSON.
 *
 * @throws {RainhooksError} `rules-invalid` for anything that is not a rule; the message is one line that says which field is wrong, and what it must be.
 *
 * @example
 * ```ts
 * import { readRule } from "@rainhooks/watch";
 *
 * const rule = readRule('{ "name": "offline-10m", "kind": "offline", "for": "10m" }');
 * console.log(rule.kind === "offline" && rule.forMs, rule.severity); // 600000 medium
 * ```
 */
export function readRule(text: string): Rule {
  if (text.length > MAX_RULE_LENGTH)
    throw invalid("The rule", `has ${text.length} characters, more than ${MAX_RULE_LENGTH}`);
  const parsed = parseJson(text);
  if (!parsed.ok)
    throw invalid("The rule", parsed.reason === "too-deep" ? "is nested too deeply" : "is not JSON");
  return ruleOf(parsed.value);
}

/** Reads a rule from a JSON value; see {@link readRule}. */
function ruleOf(value: unknown): Rule {
  if (!isJsonObject(value)) throw invalid("The rule", `must be a JSON object, not ${describeValue(value)}`);
  const given = new Map<string, unknown>(Object.entries(value));
  const name = nameField(given.get("name"));
  const label = name.ok ? `Rule ${name.value}` : "The rule";
  const kind = choiceField(RULE_KINDS)(given.get("kind"));
  if (!kind.ok) throw invalid(label, `kind ${kind.mistake}`);
  const readers = new Map(Object.entries({ ...COMMON, ...OF_KIND[kind.value] }));
  for (const field of given.keys()) {
    if (!readers.has(field))
      throw invalid(
        label,
        `a rule of kind ${kind.value} has no field ${describeValue(field)}. Its fields are ${[...readers.keys()].join(", ")}`,
      );
  }
  const rule = Object.fromEntries(
    [...readers].flatMap(([field, reader]) => readField(label, field, reader, given)),
  );
  // Each field has been read by the reader of its kind.
  const read = rule as unknown as Rule;
  const mistake = contradiction(read);
  if (mistake !== undefined) throw invalid(label, mistake);
  return read;
}

function readField(
  label: string,
  name: string,
  { as, read, required, fallback }: RuleField,
  given: ReadonlyMap<string, unknown>,
): [string, unknown][] {
  if (!given.has(name)) {
    if (required === true) throw invalid(label, `the field ${name} is missing`);
    return fallback === undefined ? [] : [[as, fallback]];
  }
  const field = read(given.get(name));
  if (!field.ok) throw invalid(label, `${name} ${field.mistake}`);
  return [[as, field.value]];
}

/** Returns which fields do not go together. */
function contradiction(rule: Rule): string | undefined {
  if (rule.kind === "regression" && rule.windowMs % HOUR_MS !== 0)
    return "window must be whole hours, such as 24h";
  if (rule.kind !== "threshold") return undefined;
  const { above, below, when, hysteresis } = rule;
  const limits = [above, below, when].filter((one) => one !== undefined).length;
  if (limits === 0) return "one of the fields above, below and when is needed";
  if (when !== undefined && limits > 1) return "when cannot be combined with above or below";
  if (when !== undefined && hysteresis > 0) return "hysteresis needs above or below";
  if (above !== undefined && below !== undefined && above - hysteresis < below + hysteresis)
    return "above must be greater than below, by at least twice the hysteresis";
  return undefined;
}

function invalid(label: string, mistake: string): RainhooksError {
  return new RainhooksError("rules-invalid", `${label}: ${mistake}.`, { permanent: true });
}
