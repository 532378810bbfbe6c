import { RainhooksError } from "@rainhooks/core/errors";
import { choiceField } from "@rainhooks/core/fields";
import { describeValue, isJsonObject, parseJson } from "@rainhooks/core/json";
import { RULE_KINDS, type Rule } from "./rule.ts";
import { nameField } from "./rule-fields.ts";
import { COMMON_FIELDS, FIELDS_OF_KIND, type RuleField } from "./rule-schema.ts";

/** Maximum length of a rule's JSON: more than any rule with the longest texts has. */
const MAX_RULE_LENGTH = 8000;

/**
 * Reads a rule from its JSON.
 *
 * @throws {RainhooksError} `rules-invalid` for anything that is not a rule; the message is one line that says
 * which field is wrong, and what it must be.
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
  const readers = new Map(Object.entries({ ...COMMON_FIELDS, ...FIELDS_OF_KIND[kind.value] }));
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
