import {
  Argument,
  type Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";
import { countField, type Kind } from "@rainhooks/core/fields";
import { absoluteTime, readText, TIME, time, writtenTime } from "../query/params/kinds.ts";
import { type Param, ParamMistake, type Params } from "../query/params/param.ts";
import { LOCAL_STAGE } from "./local-stage.ts";

const STAGE = new Option("--stage <name>", "stage: local, or the name of a deployed one")
  .default(LOCAL_STAGE)
  .env("RAINHOOKS_STAGE");
const REGION = new Option(
  "--region <name>",
  "AWS region of a deployed stage (default: from your AWS configuration)",
);
const DATA = new Option(
  "--data <folder>",
  "data folder of the local stage (default: RAINHOOKS_DATA, or .rainhooks here or above)",
);
const JSON_FORMAT = new Option("--json", "print JSON").conflicts("csv");
const CSV = new Option("--csv", "print comma-separated values, times in epoch milliseconds");
const WATCH_S = "2";
const MAX_WATCH_S = 86_400;
const WATCH = new Option("--watch [seconds]", "repeat every given seconds until Ctrl-C")
  .preset(WATCH_S)
  .argParser(optionOfKind(countField(1, MAX_WATCH_S)));

type Made<Args extends unknown[], Opts extends OptionValues> = Command<Args, Opts>;

/** Adds the options that select a stage. */
export function addStageOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
) {
  return command.addOption(STAGE).addOption(REGION).addOption(DATA);
}

/** Adds the options of a result that can be printed as JSON or CSV. */
export function addFormatOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
) {
  return command.addOption(JSON_FORMAT).addOption(CSV);
}

/** Adds `--watch`. */
export function addWatch<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
) {
  return command.addOption(WATCH);
}

/**
 * Rejects an unknown subcommand, which commander would pass as an argument to the group's default
 * command.
 */
export function refuseUnknown(command: CommandUnknownOpts): void {
  const [name] = command.args;
  if (name !== undefined)
    command.error(`unknown command '${name}'`, { code: "commander.unknownCommand" });
}

/** Returns the option of a parameter: its name in lower case with dashes. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Returns the option of a command that has a value under a name. */
export function longFlag(command: CommandUnknownOpts, name: string): string {
  return command.options.find((option) => option.attributeName() === name)?.long ?? name;
}

/**
 * Adds fields to a command: some as arguments, of which the last may be a list, and all others as
 * options.
 */
export function addFields(
  command: CommandUnknownOpts,
  fields: Params,
  args: readonly string[] = [],
): void {
  for (const name of args) command.addArgument(argumentOf(fields, name));
  for (const [name, param] of Object.entries(fields))
    if (!args.includes(name))
      for (const option of optionsOf(name, param)) command.addOption(option);
}

/** Makes the argument of a field. */
function argumentOf(fields: Params, name: string): Argument {
  const param = fields[name];
  if (param === undefined) throw new TypeError(`There is no field ${name}.`);
  const { placeholder = name, fallback, readAll, schema } = param;
  const shown = readAll === undefined ? placeholder : `${placeholder}...`;
  const argument = new Argument(
    fallback === undefined ? `<${shown}>` : `[${shown}]`,
    asHelp(param.description),
  );
  if (Array.isArray(schema["enum"])) argument.choices(schema["enum"] as string[]);
  else if (readAll === undefined && !isReadLate(param)) argument.argParser(textReader(param));
  return argument;
}

/** Returns how a command knows a parameter: by the option that a person is told to use. */
export function nameOfOption(name: string, { source, option = name }: Param<unknown>): string {
  return source === undefined || source.about !== undefined
    ? flagOf(option)
    : `${flagOf(option)}-from`;
}

/** Makes the options of a parameter; most have one. */
function optionsOf(name: string, param: Param<unknown>): Option[] {
  const { source, readAll, no, conflicts = [], description } = param;
  const long = flagOf(param.option ?? name);
  const isTyped = source === undefined || source.about !== undefined;
  const options = isTyped ? [optionOf(name, param)] : [];
  const about = source?.about ?? asHelp(description);
  if (source !== undefined && readAll !== undefined)
    options.push(new Option(`${long}-from <name=source>`, about).argParser(repeated));
  if (source !== undefined && readAll === undefined)
    options.push(new Option(`${long}-from <source>`, about).conflicts(name));
  if (no !== undefined) options.push(new Option(`--no-${long.slice(2)}`, no));
  return options.map((option) => option.conflicts(conflicts.flatMap((one) => [one, `${one}From`])));
}

const repeated = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];

/** Makes the option of a parameter. */
export function optionOf(name: string, param: Param<unknown>): Option {
  const { placeholder, fallback, readAll, isFile, source, hasCommas } = param;
  const flag = flagOf(param.option ?? name);
  const description = asHelp(param.description);
  // One that is true by default can be turned off.
  if (placeholder === undefined)
    return new Option(fallback?.value === true ? `--no-${flag.slice(2)}` : flag, description);
  const option = new Option(`${flag} <${placeholder}>`, description);
  if (readAll !== undefined && source !== undefined) return option.argParser(repeated);
  if (readAll !== undefined && !hasCommas)
    return new Option(`${flag} <${placeholder}...>`, description);
  return isFile || hasCommas ? option : withValue(option, param);
}

/** Adds what an option with one value has: its parser, choices, and default. */
function withValue(option: Option, param: Param<unknown>): Option {
  const { fallback, schema } = param;
  if (!isReadLate(param)) option.argParser(textReader(param));
  if (Array.isArray(schema["enum"])) option.choices(schema["enum"] as string[]);
  if (fallback === undefined) return option.makeOptionMandatory();
  const { value, text = typeof value === "number" ? String(value) : undefined } = fallback;
  if (text !== undefined) return option.default(text, text);
  return value === undefined ? option : option.default(String(value));
}

/**
 * Whether a command refuses a value only with the whole request: what commander says repeats the
 * value, which is too much for what is secret, and twice for a reader that says it itself.
 */
function isReadLate({ isSecret, quotesValue }: Param<unknown>): boolean {
  return isSecret === true || quotesValue === true;
}

/**
 * Returns a parser that accepts the texts from which a parameter can be read, and returns them
 * unchanged.
 */
export function textReader(param: Param<unknown>): (text: string) => string {
  const read = valueReader(param);
  return (written) => {
    read(written);
    return written;
  };
}

/** Adds `--from` and `--to`. */
export function addTimes<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
  from: string,
  to: string,
) {
  const read = (text: string) => valueReader(time({ description: "" }))(text) ?? 0;
  return command
    .addOption(new Option("--from <time>", from).argParser(read))
    .addOption(new Option("--to <time>", to).argParser(read));
}

/** Returns a parser that reads a parameter. */
function valueReader<Value>({ read, placeholder }: Param<Value>): (text: string) => Value {
  return (written) =>
    optionValue(() => {
      const nowMs = Date.now();
      if (placeholder === TIME) writtenTime(written, nowMs);
      return read(placeholder === TIME ? absoluteTime(written, nowMs) : written);
    });
}

/** Returns a parser of values of a kind. */
export function optionOfKind<Value>(of: Kind<Value>): (text: string) => Value {
  return (text) => optionValue(() => readText(of, text));
}

function optionValue<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ParamMistake)) throw error;
    throw new InvalidArgumentError(`It ${error.message}.`);
  }
}

/** Parses a whole number from 1, up to more than anybody counts. */
export const count: (text: string) => number = optionOfKind(countField(1, 1_000_000_000));

/**
 * Converts a description to the style of help texts: no capital at the start, no full stop at the
 * end.
 */
export function asHelp(description: string): string {
  return description.charAt(0).toLowerCase() + description.slice(1).replace(/\.$/, "");
}
