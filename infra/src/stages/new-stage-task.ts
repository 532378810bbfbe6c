import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SHIPPED } from "@rainhooks/app-list";
import { countField } from "@rainhooks/core/fields";
import { stackName } from "@rainhooks/stack/config/config";
import { readArguments, UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { partsOf } from "../check/parts.ts";
import { stateStackName } from "../state.ts";
import { cdktfFolder, stageFilePath, type Workplace } from "../tasks/workplace.ts";
import { type NewStage, stageFile, stageOf } from "./stage-file.ts";

/** What the arguments say about a stage, by the options that do; its name is no option. */
type StageArguments = Readonly<Record<string, string | undefined>>;

function newStageOf(answers: StageArguments): NewStage {
  return {
    name: answers["name"] ?? "",
    region: answers["region"] ?? "",
    account: answers["account"] ?? "",
    production: answers["production"] !== undefined,
    stateBucket: answers["state-bucket"] ?? "",
    email: answers["email"] ?? "",
    keepDays: daysIn(answers["keep-days"]),
    parts: partsIn(answers["parts"]),
  };
}

/** @returns `undefined` if events are kept for ever. */
function daysIn(text = "never"): number | undefined {
  if (text === "never") return undefined;
  const days = countField(1, MAX_KEEP_DAYS).text(text);
  if (!days.ok) throw new UsageMistake(`--keep-days, if it is not never, ${days.mistake}.`);
  return days.value;
}

/** A hundred years. */
const MAX_KEEP_DAYS = 36_500;

/** No argument is all parts; one names at least one. */
function partsIn(text = ""): string {
  if (text !== "" && text.split(",").every((part) => part.trim() === ""))
    throw new TypeError(`--parts names none of ${partsOf(SHIPPED).join(", ")}.`);
  return text;
}

function argumentsOf(args: readonly string[], typed: string): StageArguments {
  const { values, positionals } = readArguments("new-stage", args, typed);
  const [name, second] = positionals;
  if (second !== undefined) throw new UsageMistake(`There is a second name, ${second}.`);
  const given = Object.entries(values).map(([option, value]) => [option, String(value)]);
  return { ...Object.fromEntries(given), ...(name === undefined ? {} : { name }) };
}

/** The options that a stage for experiments needs, and those of a production stage. */
const NEEDED = ["name", "region"];
const NEEDED_IN_PRODUCTION = [...NEEDED, "account", "state-bucket", "email", "keep-days"];

function missingOf(given: StageArguments): string[] {
  const needed = given["production"] === undefined ? NEEDED : NEEDED_IN_PRODUCTION;
  return needed
    .filter((option) => given[option] === undefined)
    .map((option) => (option === "name" ? "The name" : `--${option}`));
}

/**
 * Makes a stage: `<name> [options]`.
 *
 * @throws {TypeError} in one line for a wrong value, and for a stage that exists.
 */
export async function newStage(args: readonly string[], workplace: Workplace): Promise<string> {
  const given = argumentsOf(args, workplace.typed("new-stage"));
  const missing = missingOf(given);
  if (missing.length > 0) throw new UsageMistake(`${missing.join(", ")} missing.`);
  const stage = stageOf(newStageOf(given));
  const path = stageFilePath(workplace, stage.name);
  const file = join(workplace.root, path);
  if (existsSync(file)) throw new TypeError(`${path} already exists. Choose another name.`);
  writeFileSync(file, stageFile(stage));
  const stacks = [
    ...(stage.state === "local" ? [] : [stateStackName(stage.state.bucket)]),
    stackName(stage.name),
  ];
  const folder = cdktfFolder(workplace);
  return [
    `Created ${path}. The type StageConfig has what else it can say (docs/stage-fields.md).`,
    `Deploy it${folder === "" ? "" : ` from the folder ${folder}`}:`,
    ...stacks.map((stack) => `  cdktf deploy ${stack}`),
  ].join("\n");
}
