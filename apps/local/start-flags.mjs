/*
 * The flags of `npm start`. Plain JavaScript for Node.js 20 without dependencies, so that a wrong flag is
 * reported before anything is installed.
 */
import { parseArgs } from "node:util";

/** An error in the flags; the message has one line. */
export class FlagMistake extends Error {}

/** Maximum share of duplicate and undecodable messages together: some messages must stay normal. */
const MAX_SHARES = 0.9;

function wholeNumber(min, max) {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new FlagMistake(`must be a whole number from ${min} to ${max}`);
  };
}

function number(min, max) {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= min && value <= max) return value;
    throw new FlagMistake(`must be a number from ${min} to ${max}`);
  };
}

function folder(text) {
  if (text.trim() !== "") return text;
  throw new FlagMistake("must be a folder");
}

function file(text) {
  if (text.trim() !== "") return text;
  throw new FlagMistake("must be a file");
}

/** Reads `<webhook>.<setting>=<value>`. */
function setting(text) {
  const [, webhook, name, value] = /^([a-z][a-z0-9-]*)\.([a-zA-Z][a-zA-Z0-9]*)=(.*)$/s.exec(text) ?? [];
  if (webhook !== undefined) return { webhook, name, value };
  throw new FlagMistake("must be a setting and its value, such as door-bell.volume=7");
}

function url(text) {
  if (URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new FlagMistake("must be a URL such as http://127.0.0.1:5000");
}

function names(text) {
  const list = text.split(",").map((name) => name.trim());
  if (list.every((name) => /^[a-z][a-z0-9-]{0,29}$/.test(name))) return [...new Set(list)];
  throw new FlagMistake("must be names of functions, separated by commas");
}

function source(text) {
  if (/^[a-z][a-z0-9-]{0,29}$/.test(text)) return text;
  throw new FlagMistake("must be the name of a source, such as classic");
}

function oneOf(...words) {
  return (text) => {
    if (words.includes(text)) return text;
    throw new FlagMistake(`must be one of ${words.join(", ")}`);
  };
}

const port = wholeNumber(0, 65_535);

/** Flags that may be given several times. */
const REPEATED = new Set(["set"]);

/** Each flag: the name of its value (none for a switch), its description, its default, and its parser. */
const FLAGS = {
  webhooks: ["names", "run only these webhooks, such as door-bell,hello (default: all)", undefined, names],
  firehose: [
    "names",
    "webhooks whose messages SNS writes to their streams itself, such as archive (default: none)",
    [],
    names,
  ],
  watch: [
    undefined,
    "reload webhooks, and in a clone the console's page, when their code changes, and show what becomes of each event",
    false,
  ],
  events: [
    "count",
    "messages to publish; a few hundred include every event type",
    1000,
    wholeNumber(0, 1_000_000),
  ],
  nodes: ["count", "number of simulated nodes, each an MQTT client", 40, wholeNumber(1, 5000)],
  seed: [
    "number",
    "seed of the simulation; the same seed gives the same fleet",
    1,
    wholeNumber(0, 2 ** 31 - 1),
  ],
  rate: ["number", "maximum messages per second (default: unlimited)", undefined, number(0.1, 100_000)],
  duplicates: ["share", "share of messages that are published twice", 0.1, number(0, 0.5)],
  undecodable: ["share", "share of messages that cannot be decoded", 0.01, number(0, 0.5)],
  faults: ["share", "share of the functions' calls to AWS that fail", 0, number(0, 0.5)],
  set: [
    "name=value",
    "value of a webhook's setting, such as door-bell.volume=7; may be repeated",
    [],
    (texts) => texts.map(setting),
  ],
  "env-file": [
    "file",
    "file with the webhooks' secrets, as lines door-bell.url=… (default: secrets.env here)",
    undefined,
    file,
  ],
  data: [
    "folder",
    "folder for all data (default: RAINHOOKS_DATA, or .rainhooks in this project)",
    undefined,
    folder,
  ],
  fresh: [undefined, "delete the stage's data in that folder, and start empty", false],
  port: ["number", "port of the AWS endpoint; 0 selects a free port", 0, port],
  endpoint: [
    "url",
    "use this AWS emulator instead of the embedded one (default: AWS_ENDPOINT_URL)",
    undefined,
    url,
  ],
  "query-port": ["number", "port of the stage's query API", 0, port],
  "console-port": ["number", "port of the console; 0 selects a free one", 7246, port],
  "api-port": ["number", "port of the local RainMaker's REST API", 0, port],
  "mqtt-port": ["number", "port of the local RainMaker's MQTT broker", 0, port],
  source: [
    "source",
    "where events come from: classic RainMaker, or a source of an extension (docs/local-stage.md)",
    "classic",
    source,
  ],
  casing: ["casing", "casing of RainMaker's messages: pascal or snake", "pascal", oneOf("pascal", "snake")],
  "disconnect-reasons": [
    undefined,
    "let the local RainMaker's broker publish why nodes disconnect, as AWS IoT can",
    false,
  ],
  optional: [
    "names",
    "run these functions, too, which a stage has only if it names them (default: none)",
    [],
    names,
  ],
  "allow-outside": [undefined, "let webhooks connect to other machines", false],
  exit: [undefined, "end after every message is accounted for", false],
  help: [undefined, "show this help", false],
};

const WIDTH = 24;
const EXAMPLE_WIDTH = 29;

const EXAMPLES = [
  ["", "start, publish 1,000 events, stay up until Ctrl-C"],
  ["--events 5000 --exit", "publish 5,000 events, account for each, end"],
  ["--faults 0.05", "make 5 % of the functions' calls to AWS fail"],
  ["--events 3600 --rate 10", "publish slowly, to watch"],
  ["--events 0", "start and wait for events of your own"],
  ["--webhooks <name> --watch", "write a webhook: reload it on every save, without a fleet"],
  ["--fresh", "delete all data of the local stage, and start empty"],
];

/**
 * Returns what `--help` prints.
 *
 * @param {string} start What is typed before the flags.
 */
export function helpText(start = "npm start --") {
  const options = Object.entries(FLAGS).map(([name, [word, description, fallback]]) => {
    const flag = `--${name}${word === undefined ? "" : ` <${word}>`}`;
    const isShown =
      word !== undefined && fallback !== undefined && fallback.length !== 0 && !REPEATED.has(name);
    return `  ${flag.padEnd(WIDTH)}${description}${isShown ? ` (default: ${fallback})` : ""}`;
  });
  const examples = EXAMPLES.map(([flags, what]) => {
    const typed = flags === "" ? start.replace(/ --$/, "") : `${start} ${flags}`;
    return `  ${typed.padEnd(start.length + EXAMPLE_WIDTH)}${what}`;
  });
  return `Usage: ${start} [options]

Runs a stage of Rainhooks on this machine, without an AWS account.

Options:
${options.join("\n")}

Examples:
${examples.join("\n")}`;
}

/**
 * Reads the flags of `npm start`.
 *
 * @param {readonly string[]} args
 * @throws {FlagMistake} with the name of the wrong flag.
 */
export function readFlags(args) {
  const texts = parse(args);
  const values = Object.entries(FLAGS).map(([name, [word, , fallback, read]]) => {
    const text = texts[name];
    if (word === undefined || text === undefined) return [camelCase(name), text ?? fallback];
    try {
      return [camelCase(name), read(text)];
    } catch (error) {
      throw error instanceof FlagMistake
        ? new FlagMistake(`--${name} ${error.message}${REPEATED.has(name) ? "" : `, not ${text || "empty"}`}`)
        : error;
    }
  });
  const flags = Object.fromEntries(values);
  if (flags.duplicates + flags.undecodable > MAX_SHARES) {
    throw new FlagMistake(`--duplicates and --undecodable together must not be more than ${MAX_SHARES}`);
  }
  if (flags.watch && flags.exit) throw new FlagMistake("--exit cannot be used with --watch");
  const classicOnly = ["api-port", "casing", "disconnect-reasons"].find((name) => name in texts);
  if (flags.source !== "classic" && classicOnly !== undefined)
    throw new FlagMistake(`--${classicOnly} cannot be used with --source ${flags.source}`);
  return { ...flags, given: new Set(Object.keys(texts)) };
}

/**
 * Rejects names that do not exist.
 *
 * @param {string} flag
 * @param {readonly string[] | undefined} wanted
 * @param {readonly string[]} known
 * @param {string} kind What they are names of.
 * @throws {FlagMistake} with the unknown name and the known ones.
 */
export function refuseUnknown(flag, wanted, known, kind = "webhook") {
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new FlagMistake(`${flag}: there is no ${kind} ${unknown}. There are: ${known.join(", ")}`);
}

function parse(args) {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([name, [word]]) => [
      name,
      { type: word === undefined ? "boolean" : "string", multiple: REPEATED.has(name) },
    ]),
  );
  try {
    return parseArgs({ args: withNegative(args), options, allowPositionals: false }).values;
  } catch (error) {
    // Only the first sentence is useful; the others are about positional arguments, which `npm start` does
    // not accept.
    throw new FlagMistake(error.message.split(/\.\s|\n/)[0]);
  }
}

/** A negative number is a value, not a flag. */
function withNegative(args) {
  return args.flatMap((arg, index) => {
    if (/^--[a-z-]+$/.test(arg) && /^-\d/.test(args[index + 1] ?? "")) return [`${arg}=${args[index + 1]}`];
    return /^-\d/.test(arg) && /^--[a-z-]+$/.test(args[index - 1] ?? "") ? [] : [arg];
  });
}

function camelCase(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
