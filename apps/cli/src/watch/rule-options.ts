import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { GROUPINGS, REGRESSION_EVENTS, RULE_KINDS, SEVERITIES } from "@rainhooks/watch";

/** An option that is a field of a rule. */
interface RuleOption {
  readonly option: Option;
  /** The field; by default, it has the name of the option. */
  readonly field?: string;
  readonly isNumber?: boolean;
}

const optionOf = (flags: string, description: string, choices?: readonly string[]): Option => {
  const option = new Option(flags, description);
  return choices === undefined ? option : option.choices(choices);
};

/** The options that say what a rule is. */
const RULE_OPTIONS: readonly RuleOption[] = [
  { option: optionOf("--kind <kind>", "what to look for", RULE_KINDS) },
  { option: optionOf("--for <duration>", "how long it must last, such as 10m") },
  {
    option: optionOf(
      "--window <duration>",
      "of flapping, rate and regression: the time in which changes count",
    ),
  },
  {
    option: optionOf(
      "--count <count>",
      "of flapping: how often a node goes offline; of outage: how many nodes at least; of regression: how many hours with an event at least",
    ),
    isNumber: true,
  },
  { option: optionOf("--series <name>", "of threshold and rate: the series") },
  {
    option: optionOf("--above <number>", "of threshold: values above are out of bounds"),
    isNumber: true,
  },
  {
    option: optionOf("--below <number>", "of threshold: values below are out of bounds"),
    isNumber: true,
  },
  {
    option: optionOf("--hysteresis <number>", "of threshold: how far a value must be back within the bounds"),
    isNumber: true,
  },
  {
    option: optionOf(
      "--when <cel>",
      "of threshold: which values are out of bounds, such as 'text == \"error\"'",
    ),
  },
  { option: optionOf("--change <number>", "of rate: by how much values change"), isNumber: true },
  { option: optionOf("--direction <direction>", "of rate", ["up", "down", "any"]) },
  { option: optionOf("--by <grouping>", "of outage: what the nodes of a group share", GROUPINGS) },
  {
    option: optionOf("--share <share>", "of outage: share of the nodes of a group, 0.01 to 1"),
    isNumber: true,
  },
  {
    option: optionOf(
      "--event <event>",
      "of regression: what is compared between firmwares",
      REGRESSION_EVENTS,
    ),
  },
  {
    option: optionOf("--ratio <ratio>", "of regression: how many times as often as with the other firmwares"),
    isNumber: true,
  },
  {
    option: optionOf("--nodes <count>", "of regression: how many nodes at least must have the firmware"),
    isNumber: true,
  },
  { option: optionOf("--where <cel>", "which nodes, such as 'node.type == \"thermostat\"'") },
  { option: optionOf("--severity <severity>", "how urgent it is", SEVERITIES) },
  { option: optionOf("--description <text>", "what it is, for people") },
  {
    option: optionOf(
      "--destination <id...>",
      "destinations that get its alarms (default: all that want alarm_changed)",
    ),
    field: "destinations",
  },
  {
    option: optionOf(
      "--re-alarm <duration>",
      "send an alarm again that nobody has acknowledged after this time",
    ),
  },
  { option: optionOf("--latch", "keep alarms in the list until somebody acknowledges them") },
];

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

/** Returns the fields of a rule that were given as options. A text that is no number stays as it is, for the reader of rules to refuse. */
export function givenFields(options: Readonly<Record<string, unknown>>): GivenField[] {
  return RULE_OPTIONS.flatMap(({ option, field, isNumber = false }) => {
    const name = option.attributeName();
    const value = options[name];
    if (value === undefined) return [];
    const given = { field: field ?? name, flag: option.long ?? name };
    return [{ ...given, value: isNumber && typeof value === "string" ? numberOrText(value) : value }];
  });
}

function numberOrText(text: string): number | string {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : text;
}
