import { parseArgs } from "node:util";

/** Where the events of a new webhook go. */
const SINKS = ["http", "dynamodb", "log", "none"];

/** An error in what was asked for; the message has one line. */
export class ChoiceMistake extends Error {}

const ARGUMENTS = `<name> [--events alert,node_connected] [--sink ${SINKS.join("|")}]`;

/**
 * Reads the choices for a new webhook from arguments.
 *
 * @param events The types of the catalog, without their prefix.
 * @param folderOf Returns the folder of a webhook if it exists.
 * @param command What is typed before the arguments.
 * @throws {ChoiceMistake} for a wrong argument.
 */
export function readChoices(args, { events, folderOf, command }) {
  const usage = `Usage: ${command} ${ARGUMENTS}`;
  const text = { type: "string" };
  const { values, positionals } = parseArguments(
    { args, options: { events: text, sink: text } },
    usage,
  );
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new ChoiceMistake(usage);
  return checkedChoices(
    { events: "node_connected,node_disconnected", sink: "log", ...values, name },
    { events, folderOf },
  );
}

/**
 * Parses arguments, of which some have no names.
 *
 * @throws {ChoiceMistake} for an unknown option, with the usage.
 */
export function parseArguments(config, usage) {
  try {
    return parseArgs({ ...config, allowPositionals: true });
  } catch (error) {
    throw new ChoiceMistake(`${error.message.split(". ")[0]}. ${usage}`);
  }
}

/**
 * Checks what was chosen.
 *
 * @throws {ChoiceMistake} for a wrong choice.
 */
export function checkedChoices({ name, events, sink }, { events: known, folderOf }) {
  const mistake = nameMistake(name, folderOf);
  if (mistake !== undefined) throw new ChoiceMistake(mistake);
  if (!SINKS.includes(sink))
    throw new ChoiceMistake(`${sink} is not a sink. Sinks: ${SINKS.join(", ")}.`);
  const chosen = [
    ...new Set(events.split(",").map((one) => one.trim().replace("rmaker.event.", ""))),
  ];
  const unknown = chosen.find((one) => !known.includes(one));
  if (unknown !== undefined)
    throw new ChoiceMistake(
      `${unknown || "An empty text"} is not an event. Events: ${known.join(", ")}.`,
    );
  return { name, sink, events: chosen };
}

function nameMistake(name, folderOf) {
  if (!/^[a-z][a-z0-9-]{0,29}$/.test(name))
    return `${name} is not a name for a webhook: up to 30 lower-case letters, digits and dashes, beginning with a letter.`;
  const folder = folderOf(name);
  if (folder !== undefined) return `${folder} already exists. Choose another name.`;
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
