import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { fromCaller } from "@rainhooks/stage/commands/caller";
import { print, printJson } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { addRule } from "../operations/change-rule.ts";
import { readRule } from "../rule/read-rule.ts";
import type { Rule } from "../rule/rule.ts";
import { ruleJson } from "../rule/rule-json.ts";
import { givenFields } from "./rule-options.ts";

/** Options that say what a rule is. */
export interface RuleSource {
  readonly file?: string | undefined;
  readonly [field: string]: unknown;
}

/** Options of `watch add`. */
export interface AddRuleOptions extends StageSelection, RuleSource {
  readonly json?: boolean | undefined;
}

/** Adds a rule, or replaces it. */
export async function addCommand(name: string | undefined, options: AddRuleOptions): Promise<void> {
  const rule = await ruleFrom(name, options);
  const { version, fromMs } = await addRule(await reachStage(options), rule);
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
export async function ruleFrom(name: string | undefined, options: RuleSource): Promise<Rule> {
  const fields = givenFields(options);
  if (options.file !== undefined) {
    const [extra] = name === undefined ? fields.map(({ flag }) => flag) : ["a name"];
    if (extra !== undefined)
      throw new RainhooksError(
        "input-invalid",
        `With --file, the rule is what the file says: leave ${extra} out.`,
      );
    return readRule(await contentOf(options.file));
  }
  return readRule(
    JSON.stringify({ name, ...Object.fromEntries(fields.map(({ field, value }) => [field, value])) }),
  );
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
