import { RULE_KINDS, type RuleKind } from "./rule.ts";
import { COMMON_FIELDS, FIELDS_OF_KIND, type RuleField } from "./rule-schema.ts";

/** A field of a rule as a form or a command offers it. */
export interface RuleFormField extends RuleField {
  /** Its name in the JSON of a rule. */
  readonly name: string;
}

const named = (fields: Readonly<Record<string, RuleField>>): RuleFormField[] =>
  Object.entries(fields).map(([name, field]) => ({ ...field, name }));

/**
 * Returns the fields that say what a rule is, besides its name: each once, with what it means to each kind
 * that has it.
 */
export function ruleFormFields(): RuleFormField[] {
  const uses = RULE_KINDS.flatMap((kind) => named(FIELDS_OF_KIND[kind]).map((field) => ({ ...field, kind })));
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
  const isFirst = ({ required, name }: RuleFormField) => (name === "name" ? 2 : required === true ? 1 : 0);
  return named({ ...FIELDS_OF_KIND[kind], ...COMMON_FIELDS })
    .filter(({ name }) => name !== "kind")
    .toSorted((a, b) => isFirst(b) - isFirst(a));
}
