/*
 * The arguments of `npm run new-stage`. Plain JavaScript for Node.js 20 without dependencies, so that wrong
 * ones are refused before anything is installed or built.
 */
import { parseArgs } from "node:util";

const text = { type: "string" };
const OPTIONS = {
  region: text,
  account: text,
  "state-bucket": text,
  email: text,
  "keep-days": text,
  parts: text,
  production: { type: "boolean" },
};

const USAGE =
  "<name> --region <region> [--account <id>] [--parts <part,…>] [--production --state-bucket <name> --email <address> --keep-days <days or never>]";

/**
 * Reads the arguments.
 *
 * @param command What was typed for it.
 * @throws {TypeError} in one line, for unknown options, and for what is missing where nobody can be asked.
 */
export function readStageArguments(args, canAsk, command = "npm run new-stage --") {
  const usage = `Usage: ${command} ${USAGE}`;
  const { values, positionals } = parsed(args, usage);
  const [name, second] = positionals;
  if (second !== undefined) throw new TypeError(`There is a second name, ${second}. ${usage}`);
  const { production, ...texts } = values;
  const given = {
    ...texts,
    ...(name === undefined ? {} : { name }),
    ...(production === undefined ? {} : { production: "yes" }),
  };
  if (canAsk || hasEnough(given)) return given;
  throw new TypeError(`${missing(given).join(", ")} missing. ${usage}`);
}

/** A stage for experiments needs a name and a region; a production stage needs all. */
export function hasEnough(given) {
  return missing(given).length === 0;
}

function missing(given) {
  const needed =
    given.production === undefined ? ["region"] : Object.keys(OPTIONS).filter((one) => one !== "parts");
  const options = needed.filter((option) => given[option] === undefined).map((option) => `--${option}`);
  return [...(given.name === undefined ? ["The name"] : []), ...options];
}

function parsed(args, usage) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new TypeError(`${error.message.split(". ")[0]}. ${usage}`);
  }
}
