import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { SHIPPED } from "@rainhooks/app-list";
import { countField } from "@rainhooks/core/fields";
import { stackName } from "@rainhooks/stack/config/config";
import { readArguments, UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { partsOf } from "../check/parts.ts";
import { stateStackName } from "../state.ts";
import { cdktfFolder, stageFilePath, type Workplace } from "../tasks/workplace.ts";
import { type StageAnswers, stageFile, stageOf } from "./stage-file.ts";

/** What the arguments say about a stage, by the options that do; its name is no option. */
type StageArguments = Readonly<Record<string, string | undefined>>;

/** A question about a stage, and the option that answers it. */
interface Question {
  readonly option: string;
  readonly text: string;
  readonly isAsked: (production: boolean) => boolean;
}

const always = () => true;
const QUESTIONS: readonly Question[] = [
  { option: "name", text: "Name of the stage (up to 12 lower-case letters and digits)", isAsked: always },
  { option: "production", text: "Is it for production? (yes or no)", isAsked: always },
  { option: "region", text: "AWS region of RainMaker", isAsked: always },
  { option: "account", text: "AWS account id (12 digits)", isAsked: always },
  {
    option: "state-bucket",
    text: "New S3 bucket for Terraform's state (unique in AWS)",
    isAsked: (is) => is,
  },
  { option: "email", text: "E-mail address for alarms", isAsked: (is) => is },
  {
    option: "keep-days",
    text: "Days after which events leave the archive, or never (docs/personal-data.md)",
    isAsked: (is) => is,
  },
  {
    option: "parts",
    text: `Parts, with commas between (${partsOf(SHIPPED).join(", ")}), or Enter for all`,
    isAsked: always,
  },
];

async function ask(given: StageArguments): Promise<StageArguments> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answers: Record<string, string | undefined> = { ...given };
  for (const { option, text, isAsked } of QUESTIONS) {
    if (answers[option] !== undefined || !isAsked(isYes(answers["production"]))) continue;
    answers[option] = (await terminal.question(`${text}: `)).trim();
  }
  terminal.close();
  return answers;
}

function isYes(text = ""): boolean {
  return /^y(es)?$/i.test(text);
}

function toStageAnswers(answers: StageArguments): StageAnswers {
  return {
    name: answers["name"] ?? "",
    region: answers["region"] ?? "",
    account: answers["account"] ?? "",
    production: isYes(answers["production"]),
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

/** No answer is all parts; an argument names at least one. */
function partsIn(text = ""): string {
  if (text !== "" && text.split(",").every((part) => part.trim() === ""))
    throw new TypeError(`--parts names none of ${partsOf(SHIPPED).join(", ")}.`);
  return text;
}

function argumentsOf(args: readonly string[], typed: string): StageArguments {
  const { values, positionals } = readArguments("new-stage", args, typed);
  const [name, second] = positionals;
  if (second !== undefined) throw new UsageMistake(`There is a second name, ${second}.`);
  const given = Object.entries(values).map(([option, value]) => [
    option,
    value === true ? "yes" : String(value),
  ]);
  return { ...Object.fromEntries(given), ...(name === undefined ? {} : { name }) };
}

/** A stage for experiments needs a name and a region; a production stage needs all but its parts. */
function missingOf(given: StageArguments): string[] {
  const isProduction = given["production"] !== undefined;
  return QUESTIONS.filter(({ option }) =>
    isProduction ? option !== "parts" : option === "name" || option === "region",
  ).flatMap(({ option }) =>
    given[option] === undefined ? [option === "name" ? "The name" : `--${option}`] : [],
  );
}

/**
 * Makes a stage: `<name> [options]`. Asks for what is missing where it runs in a terminal.
 *
 * @throws {TypeError} in one line for a wrong answer, and for a stage that exists.
 */
export async function newStage(args: readonly string[], workplace: Workplace): Promise<string> {
  const given = argumentsOf(args, workplace.typed("new-stage"));
  const missing = missingOf(given);
  if (missing.length > 0 && !process.stdin.isTTY) throw new UsageMistake(`${missing.join(", ")} missing.`);
  const stage = stageOf(toStageAnswers(missing.length === 0 ? given : await ask(given)));
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
