/*
 * Makes a stage: npm run new-stage -- <name> [options]. Asks for what is missing where it runs in a terminal.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { stackName } from "../config/config.ts";
import { stateStackName } from "../state.ts";
import { STAGES_DIR } from "./load-stages.ts";
import { type StageAnswers, stageFile, stageOf } from "./stage-file.ts";

const USAGE =
  "Usage: npm run new-stage -- <name> --region <region> [--account <id>] [--production --state-bucket <name> --email <address>]";

/** A question about a stage, and the option that answers it. */
interface Question {
  readonly option: "name" | "region" | "account" | "state-bucket" | "email" | "production";
  readonly text: string;
  readonly isAsked: (production: boolean) => boolean;
}

const always = () => true;
const QUESTIONS: readonly Question[] = [
  { option: "name", text: "Name of the stage (up to 12 letters, digits, dashes)", isAsked: always },
  { option: "production", text: "Is it for production? (yes or no)", isAsked: always },
  { option: "region", text: "AWS region of RainMaker", isAsked: always },
  { option: "account", text: "AWS account id (12 digits)", isAsked: always },
  {
    option: "state-bucket",
    text: "New S3 bucket for Terraform's state (unique in AWS)",
    isAsked: (is) => is,
  },
  { option: "email", text: "E-mail address for alarms", isAsked: (is) => is },
];

type Answers = Partial<Record<Question["option"], string>>;

/** @throws {TypeError} for unknown options. */
function readArguments(args: readonly string[]): Answers {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      region: text,
      account: text,
      "state-bucket": text,
      email: text,
      production: { type: "boolean" },
    },
  });
  const [name, ...more] = positionals;
  if (more.length > 0) throw new TypeError(USAGE);
  const { production, ...texts } = values;
  return {
    ...texts,
    ...(name === undefined ? {} : { name }),
    ...(production === undefined ? {} : { production: "yes" }),
  };
}

/** A stage for experiments needs a name and a region; a production stage needs all. */
function hasEnough(answers: Answers): boolean {
  const needed: Question["option"][] =
    answers.production === undefined ? ["name", "region"] : QUESTIONS.map(({ option }) => option);
  return needed.every((option) => answers[option] !== undefined);
}

async function ask(given: Answers): Promise<Answers> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answers: Answers = { ...given };
  for (const { option, text, isAsked } of QUESTIONS) {
    if (answers[option] !== undefined || !isAsked(isYes(answers.production))) continue;
    answers[option] = (await terminal.question(`${text}: `)).trim();
  }
  terminal.close();
  return answers;
}

function isYes(text = ""): boolean {
  return /^y(es)?$/i.test(text);
}

function toStageAnswers(answers: Answers): StageAnswers {
  return {
    name: answers.name ?? "",
    region: answers.region ?? "",
    account: answers.account ?? "",
    production: isYes(answers.production),
    stateBucket: answers["state-bucket"] ?? "",
    email: answers.email ?? "",
  };
}

function write(answers: StageAnswers): void {
  const stage = stageOf(answers);
  const file = join(STAGES_DIR, `${stage.name}.ts`);
  if (existsSync(file))
    throw new TypeError(`infra/stages/${stage.name}.ts already exists. Choose another name.`);
  writeFileSync(file, stageFile(stage));
  const stacks = [
    ...(stage.state === "local" ? [] : [stateStackName(stage.state.bucket)]),
    stackName(stage.name),
  ];
  console.log(`Created infra/stages/${stage.name}.ts. docs/stage-fields.md lists what else it can say.`);
  console.log("Deploy it from the folder infra:");
  for (const stack of stacks) console.log(`  cdktf deploy ${stack}`);
}

try {
  const given = readArguments(process.argv.slice(2));
  const hasAll = hasEnough(given);
  if (!hasAll && !process.stdin.isTTY) throw new TypeError(USAGE);
  write(toStageAnswers(hasAll ? given : await ask(given)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
