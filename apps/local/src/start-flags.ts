import { kind, numberField, patternField } from "@rainhooks/core/fields";
import { readFlags } from "@rainhooks/stage/commands/read-flags";
import { UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { DEFAULT_SOURCE } from "@rainhooks/stage/outputs";
import {
  choice,
  flag,
  listOf,
  optionalNumber,
  optionalText,
  required,
  wholeNumber,
  withDefault,
} from "@rainhooks/stage/query/params/kinds";
import type { Param, ValuesOf } from "@rainhooks/stage/query/params/param";

/** Maximum share of duplicate and undecodable messages together: some messages must stay normal. */
const MAX_SHARES = 0.9;
const MAX_PORT = 65_535;
const MAX_PATH = 4096;
const MAX_NAMES = 100;

/** A value of a setting that is typed. */
interface TypedSetting {
  readonly webhook: string;
  readonly name: string;
  readonly value: string;
}

const aName = (rule: string) => patternField(/^[a-z][a-z0-9-]{0,29}$/, rule);
const SETTING = /^([a-z][a-z0-9-]*)\.([a-zA-Z][a-zA-Z0-9]*)=(.*)$/s;
const setting = kind<TypedSetting>(
  "a setting and its value, such as door-bell.volume=7",
  (text) => {
    const [, webhook, name = "", value = ""] = SETTING.exec(String(text)) ?? [];
    return webhook === undefined ? undefined : { webhook, name, value };
  },
);

const onlyThese = (description: string): Param<readonly string[] | undefined> => {
  const rule = "names of functions, separated by commas";
  const one = required(aName(rule), { description, placeholder: "names" });
  return {
    ...listOf(one, { min: 1, max: MAX_NAMES }),
    fallback: { value: undefined },
    hasCommas: true,
  };
};
const port = (description: string) =>
  wholeNumber({ description, placeholder: "number" }, { min: 0, max: MAX_PORT, fallback: 0 });
const share = (description: string, fallback: number) =>
  withDefault(numberField(0, 0.5), { description, placeholder: "share" }, fallback);
const path = (placeholder: "file" | "folder", description: string) =>
  optionalText({ description, placeholder, maxLength: MAX_PATH });

/** The flags of `npm start`. */
export const START_FLAGS = {
  webhooks: onlyThese("run only these webhooks, such as door-bell,hello (default: all)"),
  watch: flag({
    description: "reload webhooks when their code changes, and show what becomes of each event",
  }),
  events: wholeNumber(
    {
      description: "messages to publish; a few hundred include every event type",
      placeholder: "count",
    },
    { min: 0, max: 1_000_000, fallback: 1000 },
  ),
  nodes: wholeNumber(
    { description: "number of simulated nodes, each an MQTT client", placeholder: "count" },
    { min: 1, max: 5000, fallback: 40 },
  ),
  seed: wholeNumber(
    {
      description: "seed of the simulation; the same seed gives the same fleet",
      placeholder: "number",
    },
    { min: 0, max: 2 ** 31 - 1, fallback: 1 },
  ),
  duplicates: share("share of messages that are published twice", 0.1),
  undecodable: share("share of messages that cannot be decoded", 0.01),
  faults: share("share of the functions' calls to AWS that fail", 0),
  set: listOf(
    required(setting, {
      description: "value of a webhook's setting, such as door-bell.volume=7; may be repeated",
      placeholder: "name=value",
    }),
    { max: MAX_NAMES },
  ),
  envFile: path(
    "file",
    "file with the webhooks' secrets, as lines door-bell.url=… (default: secrets.env here)",
  ),
  data: path(
    "folder",
    "folder for all data (default: RAINHOOKS_DATA, or .rainhooks in this project)",
  ),
  fresh: flag({ description: "delete the stage's data in that folder, and start empty" }),
  port: port("port of the AWS endpoint; 0 selects a free port"),
  queryPort: port("port of the stage's query API"),
  consolePort: optionalNumber(
    {
      description: "port of the console; 0 selects a free one (default: 7246, or a free one)",
      placeholder: "number",
    },
    { min: 0, max: MAX_PORT },
  ),
  apiPort: port("port of the local RainMaker's REST API"),
  mqttPort: port("port of the local RainMaker's MQTT broker"),
  source: withDefault(
    aName("the name of a source, such as classic"),
    {
      description:
        "where events come from: classic RainMaker, or a source of an extension (docs/local-stage.md)",
      placeholder: "source",
    },
    DEFAULT_SOURCE,
  ),
  casing: choice(
    { description: "casing of RainMaker's messages: pascal or snake", placeholder: "casing" },
    ["pascal", "snake"],
    "pascal",
  ),
  disconnectReasons: flag({
    description: "let the local RainMaker's broker publish why nodes disconnect, as AWS IoT can",
  }),
  allowOutside: flag({ description: "let webhooks connect to other machines" }),
  exit: flag({ description: "end after every message is accounted for" }),
  help: flag({ description: "show this help" }),
};

/** The flags of `npm start`, each with its default if it was not given. */
export type StartFlags = ValuesOf<typeof START_FLAGS>;

const CLASSIC_ONLY = {
  apiPort: "--api-port",
  casing: "--casing",
  disconnectReasons: "--disconnect-reasons",
};

/**
 * Reads the flags of `npm start`.
 *
 * @throws {UsageMistake} with the flag that is wrong.
 */
export function readStartFlags(args: readonly string[]) {
  const { values, given } = readFlags(START_FLAGS, args);
  const { duplicates, undecodable, watch, exit, source } = values;
  if (duplicates + undecodable > MAX_SHARES)
    throw new UsageMistake(
      `--duplicates and --undecodable together must not be more than ${MAX_SHARES}.`,
    );
  if (watch && exit) throw new UsageMistake("--exit cannot be used with --watch.");
  const [, classicOnly] = Object.entries(CLASSIC_ONLY).find(([name]) => given.has(name)) ?? [];
  if (source !== DEFAULT_SOURCE && classicOnly !== undefined)
    throw new UsageMistake(`${classicOnly} cannot be used with --source ${source}.`);
  return { values, given };
}

/**
 * Rejects names that do not exist.
 *
 * @param what What they are names of.
 * @throws {UsageMistake} with the unknown name and the known ones.
 */
export function refuseUnknown(
  name: string,
  wanted: readonly string[] | undefined,
  known: readonly string[],
  what = "webhook",
): void {
  const unknown = wanted?.find((one) => !known.includes(one));
  if (unknown === undefined) return;
  throw new UsageMistake(
    `${name}: there is no ${what} ${unknown}. There are: ${known.join(", ")}.`,
  );
}
