import { RainhooksError } from "@rainhooks/core/errors";
import { choiceField } from "@rainhooks/core/fields";
import { describeValue, isJsonObject, parseJson } from "@rainhooks/core/json";
import { type Mistake, mistakeText } from "@rainhooks/core/mistake";
import { RULE_KINDS, type Rule } from "./rule.ts";
import { nameField } from "./rule-fields.ts";
import { COMMON_FIELDS, FIELDS_OF_KIND, type RuleField } from "./rule-schema.ts";

/** Maximum length of a rule's JSON: more than any rule with the longest texts has. */
const MAX_RULE_LENGTH = 8000;

/**
 * Reads a rule from its JSON.
 *
 * @throws {RainhooksError} `rules-invalid` for anything that is not a rule; the message is one line that says
 * which fields are wrong, and what they must be.
 */
export function readRule(text: string): Rule {
  if (text.length > MAX_RULE_LENGTH)
    throw notOne(`has ${text.length} characters, more than ${MAX_RULE_LENGTH}`);
  const parsed = parseJson(text);
  if (!parsed.ok) throw notOne(parsed.reason === "too-deep" ? "is nested too deeply" : "is not JSON");
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
  { as, read, required, fallback }: RuleField,
  given: ReadonlyMap<string, unknown>,
  mistakes: Mistake[],
): [string, unknown][] {
  const value = given.get(field);
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
    return [{ field: "above", problem: "must be greater than below, by at least twice the hysteresis." }];
  return [];
}

function invalid(label: string, mistakes: readonly Mistake[]): RainhooksError {
  const message = `${label}: ${mistakes.map((one) => mistakeText(one)).join(" ")}`;
  return new RainhooksError("rules-invalid", message, { permanent: true, mistakes });
}
