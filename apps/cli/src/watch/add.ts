import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { ruleTableOf } from "@rainhooks/operate";
import { formatTime } from "@rainhooks/terminal";
import { changeWatchRule, type Rule, readRule, ruleJson, WATCH_RULE_AHEAD_MS } from "@rainhooks/watch";
import { print, printJson } from "../output.ts";
import { fromCaller } from "../reach/caller.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";

/** Options of `watch add`. */
export interface AddOptions extends StageOptions {
  readonly file?: string | undefined;
  readonly json?: boolean | undefined;
  readonly destination?: readonly string[] | undefined;
  readonly [field: string]: unknown;
}

/** Options of the command that are no fields of a rule. */
const NO_FIELDS = new Set(["file", "json", "stage", "region", "data", "destination"]);
/** Fields that are numbers in a rule, and text on the command line. */
const NUMBERS = new Set(["count", "above", "below", "hysteresis", "change", "share", "ratio", "nodes"]);

/** Adds a rule, or replaces it. */
export async function addCommand(name: string | undefined, options: AddOptions): Promise<void> {
  const rule = await ruleFrom(name, options);
  const table = ruleTableOf(await reachStage(options));
  const fromMs = Date.now() + WATCH_RULE_AHEAD_MS;
  const { states } = await changeWatchRule(table, rule.name, { status: "in-force", rule }, fromMs);
  const version = states.at(-1)?.version ?? 1;
  if (options.json) {
    await printJson(
      `${JSON.stringify({ name: rule.name, version, fromMs, rule: ruleJson(rule) }, undefined, 2)}\n`,
    );
    return;
  }
  await print(`Rule ${rule.name}, version ${version}, holds from ${formatTime(fromMs)} UTC.\n`);
}

/**
 * Reads a rule from a file, or from the options of a command.
 *
 * @throws {RainhooksError} `rules-invalid` with the field that is wrong.
 */
export async function ruleFrom(name: string | undefined, options: AddOptions): Promise<Rule> {
  const fields = Object.entries(options).filter(
    ([field, value]) => !NO_FIELDS.has(field) && value !== undefined,
  );
  if (options.file !== undefined) {
    const [extra] = name === undefined ? fields.map(([field]) => `--${field}`) : ["a name"];
    if (extra !== undefined)
      throw new RainhooksError(
        "input-invalid",
        `With --file, the rule is what the file says: leave ${extra} out.`,
      );
    return readRule(await contentOf(options.file));
  }
  const given = Object.fromEntries(fields.map(([field, value]) => [field, givenValue(field, value)]));
  const destinations = options.destination === undefined ? {} : { destinations: options.destination };
  return readRule(JSON.stringify({ name, ...given, ...destinations }));
}

function givenValue(field: string, value: unknown): unknown {
  if (!NUMBERS.has(field) || typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

/** Reads a file, or standard input. */
export async function contentOf(path: string): Promise<string> {
  if (path === "-") return text(process.stdin);
  try {
    return await readFile(fromCaller(path), "utf8");
  } catch (error) {
    throw new RainhooksError("input-invalid", `The file ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
