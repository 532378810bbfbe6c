import { defined } from "@rainhooks/core/collections";
import { RULE_KINDS, type RuleKind } from "./rule.ts";
import { COMMON_FIELDS, FIELDS_OF_KIND, type RuleField } from "./rule-schema.ts";

/** A field of a rule as a form or a command offers it. */
export interface RuleFormField extends Pick<RuleField, "input" | "about" | "choices" | "required"> {
  /** Its name in the JSON of a rule. */
  readonly name: string;
  /** Kinds of rules that have it; absent if all have. */
  readonly kinds?: readonly RuleKind[];
}

/**
 * Returns the fields that say what a rule is, besides its name: each once, with what it means to each kind
 * that has it.
 */
export function ruleFormFields(): RuleFormField[] {
  const ofKinds = RULE_KINDS.flatMap((kind) =>
    Object.entries(FIELDS_OF_KIND[kind]).map(([name, field]) => ({ name, kind, field })),
  );
  const own = [...Map.groupBy(ofKinds, ({ name }) => name)].map(([name, uses]) => shownOf(name, uses));
  const common = Object.entries(COMMON_FIELDS).filter(([name]) => name !== "name");
  const [kind, ...others] = common.map(([name, field]) => ({ name, ...parts(field) }));
  return [...(kind === undefined ? [] : [kind]), ...own, ...others];
}

type Use = { readonly kind: RuleKind; readonly field: RuleField };

function shownOf(name: string, uses: readonly Use[]): RuleFormField {
  const meanings = [...Map.groupBy(uses, ({ field }) => field.about)].map(
    ([about, own]) => `of ${own.map(({ kind }) => kind).join(", ")}: ${about}`,
  );
  const kinds = uses.map(({ kind }) => kind);
  const [first] = uses;
  // Each name has a use.
  const { input, choices } = (first as Use).field;
  return { name, input, kinds, about: meanings.join("; "), ...(choices === undefined ? {} : { choices }) };
}

/** Returns the fields of rules of a kind, the required ones first. */
export function fieldsOfKind(kind: RuleKind): RuleFormField[] {
  const fields = Object.entries({ ...FIELDS_OF_KIND[kind], ...COMMON_FIELDS })
    .filter(([name]) => name !== "kind")
    .map(([name, field]) => ({ name, ...parts(field) }));
  const isFirst = ({ required, name }: RuleFormField) => (name === "name" ? 2 : required === true ? 1 : 0);
  return fields.toSorted((a, b) => isFirst(b) - isFirst(a));
}

function parts({ input, about, choices, required }: RuleField): Omit<RuleFormField, "name"> {
  return { input, about, ...defined({ choices, required }) };
}
