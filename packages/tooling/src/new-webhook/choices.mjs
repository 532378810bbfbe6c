import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** Where the events of a new webhook go. */
const SINKS = ["http", "dynamodb", "log", "none"];

/** An error in what was asked for; the message has one line. */
export class ChoiceMistake extends Error {}

const USAGE =
  "Usage: npm run new-webhook -- <name> [--events alert,node_connected] [--sink http|dynamodb|log|none]";

/** Reads the choices for a new webhook from arguments, and asks in a terminal for those that are missing. */
export async function readChoices(args) {
  const given = readArguments(args);
  const asked = given.name === undefined && process.stdin.isTTY ? await ask(given) : given;
  if (asked.name === undefined) throw new ChoiceMistake(USAGE);
  return checked({ events: "node_connected,node_disconnected", sink: "log", ...asked });
}

function readArguments(args) {
  try {
    const text = { type: "string" };
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { events: text, sink: text },
    });
    const [name, ...more] = positionals;
    if (more.length > 0) throw new ChoiceMistake(USAGE);
    return { ...values, ...(name === undefined ? {} : { name }) };
  } catch (error) {
    throw new ChoiceMistake(
      error instanceof ChoiceMistake ? error.message : `${error.message.split(". ")[0]}. ${USAGE}`,
    );
  }
}

async function ask(given) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const question = async (text, otherwise) => (await terminal.question(`${text}: `)).trim() || otherwise;
  const name = await question("Name of the webhook, such as door-bell");
  const events =
    given.events ?? (await question("Events, separated by commas (docs/events.md) [alert]", "alert"));
  const sink = given.sink ?? (await question(`Where they go: ${SINKS.join(", ")} [http]`, "http"));
  terminal.close();
  return { name, events, sink };
}

function checked({ name, events, sink }) {
  const mistake = nameMistake(name);
  if (mistake !== undefined) throw new ChoiceMistake(mistake);
  if (!SINKS.includes(sink)) throw new ChoiceMistake(`${sink} is not a sink. Sinks: ${SINKS.join(", ")}.`);
  const known = eventTypes();
  const chosen = [...new Set(events.split(",").map((one) => one.trim().replace("rmaker.event.", "")))];
  const unknown = chosen.find((one) => !known.includes(one));
  if (unknown !== undefined)
    throw new ChoiceMistake(`${unknown || "An empty text"} is not an event. Events: ${known.join(", ")}.`);
  return { name, sink, events: chosen };
}

function nameMistake(name) {
  if (!/^[a-z][a-z0-9-]{0,29}$/.test(name))
    return `${name} is not a name for a webhook: up to 30 lower-case letters, digits and dashes, beginning with a letter.`;
  if (existsSync(join(ROOT, "apps", name))) return `apps/${name} already exists. Choose another name.`;
  if (!isIdentifier(identifierOf(name)))
    return `${name} is a reserved word of JavaScript. Choose another name.`;
  return undefined;
}

/** The name of a webhook in code. */
export function identifierOf(name) {
  return name.replace(/-+(.)?/g, (_, letter = "") => letter.toUpperCase());
}

/** Returns false for reserved words. */
function isIdentifier(identifier) {
  if (["await", "undefined"].includes(identifier)) return false;
  try {
    new Function(`"use strict"; const ${identifier} = 1;`);
    return true;
  } catch {
    return false;
  }
}

/** The types of the catalog without their prefix, read from its source: nothing may be built yet. */
function eventTypes() {
  const catalog = readFileSync(join(ROOT, "packages/core/src/catalog.ts"), "utf8");
  return [...catalog.matchAll(/^ {4}type: "rmaker\.event\.(\w+)",$/gm)].map(([, type]) => type);
}
