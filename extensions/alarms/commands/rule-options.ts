import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { type RuleFormField, ruleFormFields } from "../rule/rule-form.ts";

/** An option that is a field of a rule. */
interface RuleOption {
  readonly option: Option;
  readonly field: RuleFormField;
}

/** Fields whose options are called otherwise: a list is given one by one. */
const FLAGS: Readonly<Record<string, string>> = { destinations: "--destination <id...>" };
const PLACEHOLDERS: Readonly<Partial<Record<RuleFormField["input"], string>>> = {
  duration: "duration",
  number: "number",
  condition: "cel",
};

function optionOf(field: RuleFormField): Option {
  const { name, input, about, choices } = field;
  const long = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const flags = FLAGS[name] ?? (input === "flag" ? long : `${long} <${PLACEHOLDERS[input] ?? name}>`);
  const option = new Option(flags, about);
  return choices === undefined ? option : option.choices(choices);
}

/** The options that say what a rule is. */
const RULE_OPTIONS: readonly RuleOption[] = ruleFormFields().map((field) => ({
  option: optionOf(field),
  field,
}));

/** Adds the options that say what a rule is: a file, or its fields. */
export function addRuleOptions(command: CommandUnknownOpts): void {
  command.option("--file <path>", "JSON file with the rule (- for standard input)");
  for (const { option } of RULE_OPTIONS) command.addOption(option);
}

/** A field of a rule that was given as an option. */
export interface GivenField {
  readonly field: string;
  readonly flag: string;
  readonly value: unknown;
}

/**
 * Returns the fields of a rule that were given as options. A text that is no number stays as it is, for the
 * reader of rules to refuse.
 */
export function givenFields(options: Readonly<Record<string, unknown>>): GivenField[] {
  return RULE_OPTIONS.flatMap(({ option, field: { name, input } }) => {
    const value = options[option.attributeName()];
    if (value === undefined) return [];
    const isNumber = input === "number" && typeof value === "string";
    return [{ field: name, flag: option.long ?? name, value: isNumber ? numberOrText(value) : value }];
  });
}

function numberOrText(text: string): number | string {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : text;
}
