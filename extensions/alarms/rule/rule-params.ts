import { messageOf, RainhooksError, wrongInput } from "@rainhooks/core/errors";
import { flag, list, optionalChoice, optionalText } from "@rainhooks/stage/query/params/kinds";
import type { Param } from "@rainhooks/stage/query/params/param";
import { COMMON_FIELDS, FIELDS_OF_KIND, type RuleField, readRule } from "./read-rule.ts";
import { RULE_KINDS, type Rule, type RuleKind } from "./rule.ts";

/** A field of a rule as a form or a command offers it. */
export interface RuleFormField extends RuleField {
  /** Its name in the JSON of a rule. */
  readonly name: string;
}

const named = (fields: Readonly<Record<string, RuleField>>): RuleFormField[] =>
  Object.entries(fields).map(([name, field]) => ({ ...field, name }));

/**
 * Returns the fields that say what a rule is, besides its name: each once, with what it means to
 * each kind that has it.
 */
function ruleFormFields(): RuleFormField[] {
  const uses = RULE_KINDS.flatMap((kind) =>
    named(FIELDS_OF_KIND[kind]).map((field) => ({ ...field, kind })),
  );
  const own = [...Map.groupBy(uses, ({ name }) => name).values()].flatMap((all) =>
    all.slice(0, 1).map((field) => ({ ...field, about: meaningsOf(all) })),
  );
  const [kind, ...others] = named(COMMON_FIELDS).filter(({ name }) => name !== "name");
  return [...(kind === undefined ? [] : [kind]), ...own, ...others];
}

function meaningsOf(uses: readonly (RuleField & { readonly kind: RuleKind })[]): string {
  const meanings = Map.groupBy(uses, ({ about }) => about);
  return [...meanings]
    .map(([about, own]) => `of ${own.map(({ kind }) => kind).join(", ")}: ${about}`)
    .join("; ");
}

/** Returns the fields of rules of a kind, the required ones first. */
export function fieldsOfKind(kind: RuleKind): RuleFormField[] {
  const isFirst = ({ required, name }: RuleFormField) =>
    name === "name" ? 2 : required === true ? 1 : 0;
  return named({ ...FIELDS_OF_KIND[kind], ...COMMON_FIELDS })
    .filter(({ name }) => name !== "kind")
    .toSorted((a, b) => isFirst(b) - isFirst(a));
}

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
    return {
      ...list({ ...help, placeholder: "id" }, { max: MAX_DESTINATIONS }),
      option: "destination",
    };
  return input === "number" ? { ...optionalText(help), read: numberOrText } : optionalText(help);
}

function numberOrText(text: string): number | string {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : text;
}

const TEXT = optionalText({
  description: "File with the JSON of the rule (- for standard input).",
  placeholder: "path",
  maxLength: MAX_LENGTH,
});

/** What says what a rule is: its JSON, or its fields. */
export const RULE_PARAMS = {
  text: { ...TEXT, option: "file", isFile: true },
  ...Object.fromEntries(ruleFormFields().map((field) => [field.name, paramOf(field)])),
} as const;

/** The fields of a rule that were given. */
export function ruleFieldsOf(
  request: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
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
 * @throws {RainhooksError} `rules-invalid` with every field that is wrong; `input-invalid` for
 * both.
 */
export function ruleOf(
  name: string | undefined,
  request: Readonly<Record<string, unknown>> & { readonly text: string | undefined },
): Rule {
  const fields = { ...(name === undefined ? {} : { name }), ...ruleFieldsOf(request) };
  if (request.text === undefined) return readRule(JSON.stringify(fields));
  if (Object.keys(fields).length === 0) return ruleOfText(request.text);
  throw wrongInput(
    "With --file, the rule is what the file says: leave its name and its fields out.",
  );
}

/**
 * Reads a rule from its JSON. What is wrong with it is said by the message alone: no field was
 * given.
 */
function ruleOfText(text: string): Rule {
  try {
    return readRule(text);
  } catch (error) {
    throw new RainhooksError("rules-invalid", messageOf(error), { cause: error, permanent: true });
  }
}
