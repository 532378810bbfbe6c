import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { flag, list, optionalChoice, optionalText } from "@rainhooks/stage/query/params/kinds";
import type { Param } from "@rainhooks/stage/query/params/param";
import { readRule } from "./read-rule.ts";
import type { Rule } from "./rule.ts";
import { type RuleFormField, ruleFormFields } from "./rule-form.ts";

/** More than the longest rule has: what is too long is said by the reader of rules. */
const MAX_LENGTH = 20_000;
const MAX_DESTINATIONS = 100;

const PLACEHOLDERS: Readonly<Partial<Record<RuleFormField["input"], string>>> = {
  duration: "duration",
  number: "number",
  condition: "cel",
};

/** Makes the parameter of a field. What is wrong with its value is said by the reader of rules. */
function paramOf({ name, input, about: description, choices }: RuleFormField): Param<unknown> {
  if (input === "flag") return flag({ description });
  const help = { description, placeholder: PLACEHOLDERS[input] ?? name, maxLength: MAX_LENGTH };
  if (choices !== undefined) return optionalChoice(help, choices);
  // A list is given one by one.
  if (input === "list")
    return { ...list({ ...help, placeholder: "id" }, { max: MAX_DESTINATIONS }), option: "destination" };
  return input === "number" ? { ...optionalText(help), read: numberOrText } : optionalText(help);
}

function numberOrText(text: string): number | string {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : text;
}

const TEXT = optionalText({
  description: "File with the JSON of the rule (- for standard input).",
  ...{ placeholder: "path", maxLength: MAX_LENGTH },
});

/** What says what a rule is: its JSON, or its fields. */
export const RULE_PARAMS = {
  text: { ...TEXT, option: "file", isFile: true },
  ...Object.fromEntries(ruleFormFields().map((field) => [field.name, paramOf(field)])),
} as const;

/** The fields of a rule that were given. */
export function ruleFieldsOf(request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = new Set(ruleFormFields().map(({ name }) => name));
  const isGiven = (value: unknown) =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    Object.entries(request).filter(([name, value]) => names.has(name) && isGiven(value)),
  );
}

/**
 * Reads a rule from its JSON, or from its fields.
 *
 * @throws {RainhooksError} `rules-invalid` with every field that is wrong; `input-invalid` for both.
 */
export function ruleOf(
  name: string | undefined,
  request: Readonly<Record<string, unknown>> & { readonly text: string | undefined },
): Rule {
  const fields = { ...(name === undefined ? {} : { name }), ...ruleFieldsOf(request) };
  if (request.text === undefined) return readRule(JSON.stringify(fields));
  if (Object.keys(fields).length === 0) return ruleOfText(request.text);
  throw new RainhooksError(
    "input-invalid",
    "With --file, the rule is what the file says: leave its name and its fields out.",
  );
}

/** Reads a rule from its JSON. What is wrong with it is said by the message alone: no field was given. */
function ruleOfText(text: string): Rule {
  try {
    return readRule(text);
  } catch (error) {
    throw new RainhooksError("rules-invalid", messageOf(error), { cause: error, permanent: true });
  }
}
