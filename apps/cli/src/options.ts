import {
  type Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";
import { SECONDS_END } from "@rainhooks/core";
import { type Param, ParamMistake, type Params, TIME, time } from "@rainhooks/query";
import { LOCAL_STAGE } from "./reach/local-stage.ts";
import { absoluteTime } from "./relative-time.ts";

const STAGE = new Option("--stage <name>", "the stage: local, or a deployed one")
  .default(LOCAL_STAGE)
  .env("RAINHOOKS_STAGE");
const REGION = new Option(
  "--region <name>",
  "AWS region of a deployed stage (default: that of your AWS configuration)",
);
const DATA = new Option(
  "--data <folder>",
  "data folder of the local stage (default: .rainhooks in this project)",
);
const JSON_FORMAT = new Option("--json", "print JSON").conflicts("csv");
const CSV = new Option("--csv", "print comma-separated values, times in epoch milliseconds");
const WATCH_S = "2";
const MAX_WATCH_S = 86_400;
const WATCH = new Option("--watch [seconds]", "again and again, until Ctrl-C")
  .preset(WATCH_S)
  .argParser((text) => {
    if (/^[1-9]\d*$/.test(text) && Number(text) <= MAX_WATCH_S) return Number(text);
    throw new InvalidArgumentError(`It must be 1 to ${MAX_WATCH_S} seconds.`);
  });

type Made<Args extends unknown[], Opts extends OptionValues> = Command<Args, Opts>;

/** Adds the options that say which stage is meant. */
export function addStageOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
) {
  return command.addOption(STAGE).addOption(REGION).addOption(DATA);
}

/** Adds the options of an answer that can be tabled. */
export function addFormatOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
) {
  return command.addOption(JSON_FORMAT).addOption(CSV);
}

/** Adds `--watch`. */
export function addWatch<Args extends unknown[], Opts extends OptionValues>(command: Made<Args, Opts>) {
  return command.addOption(WATCH);
}

/** Refuses what is taken for an argument of the command that stands for a group: it was to be another command of the group. */
export function refuseUnknown(command: CommandUnknownOpts): void {
  const [name] = command.args;
  if (name !== undefined) command.error(`unknown command '${name}'`, { code: "commander.unknownCommand" });
}

/** A name in lower case with dashes, as flags have it. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Adds an option for each parameter of a question, but for those that are arguments. */
export function addParams(command: CommandUnknownOpts, params: Params, args: readonly string[]): void {
  for (const [name, param] of Object.entries(params)) {
    if (!args.includes(name)) command.addOption(optionOf(name, param));
  }
}

function optionOf(name: string, param: Param<unknown>): Option {
  const { placeholder, fallback, schema } = param;
  const flag = `--${kebab(name)}`;
  const description = asHelp(param.description);
  if (placeholder === undefined) return new Option(flag, description);
  const option = new Option(`${flag} <${placeholder}>`, description).argParser(textReader(param));
  if (Array.isArray(schema["enum"])) option.choices(schema["enum"] as string[]);
  return fallback?.value === undefined ? option : option.default(String(fallback.value));
}

/** Takes a text if a parameter can be read from it. */
export function textReader(param: Param<unknown>): (text: string) => string {
  const read = valueReader(param);
  return (written) => {
    const text = param.placeholder === TIME ? absoluteTime(written, Date.now()) : written;
    read(text);
    return text;
  };
}

/** Options for a time, written in any way in which the questions take one. */
function timeOption<const Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser(valueReader(time({ description })));
}

/** Adds `--from` and `--to`. */
export function addTimes<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
  from: string,
  to: string,
) {
  return command.addOption(timeOption("--from <time>", from)).addOption(timeOption("--to <time>", to));
}

/** Refuses a number that, written by a person for a time, is one of seconds, or a year. */
function refuseSeconds(text: string): void {
  if (!/^\d+$/.test(text) || Number(text) === 0 || Number(text) >= SECONDS_END) return;
  throw new InvalidArgumentError(
    `${text} is not a time in milliseconds. Write a date such as 2026-01-01, 2h for two hours ago, or epoch milliseconds.`,
  );
}

/** What a parameter makes of a text. */
function valueReader<Value>({ read, placeholder }: Param<Value>): (text: string) => Value {
  return (written) => {
    const text = placeholder === TIME ? absoluteTime(written, Date.now()) : written;
    if (placeholder === TIME) refuseSeconds(text);
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof ParamMistake)) throw error;
      throw new InvalidArgumentError(`It ${error.message}.`);
    }
  };
}

/** A whole number of at least one. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return Number(text);
}

/** Help has no capitals at the beginning and no full stop at the end. */
function asHelp(description: string): string {
  return description.charAt(0).toLowerCase() + description.slice(1).replace(/\.$/, "");
}
