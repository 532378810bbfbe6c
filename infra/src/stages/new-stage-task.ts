import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SHIPPED, SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { countField } from "@rainhooks/core/fields";
import { stackName } from "@rainhooks/stack/config/config";
import { readArguments, UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { checkStage } from "../check/check-stage.ts";
import { partsOf } from "../check/parts.ts";
import type { StageConfig } from "../config.ts";
import { stateStackName } from "../state.ts";
import { cdktfFolder, stageFilePath, type Workplace } from "../tasks/workplace.ts";

/** What a new stage needs. */
export interface NewStage {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly production: boolean;
  /** Bucket of Terraform's state; empty for a file on this machine. */
  readonly stateBucket: string;
  /** E-mail address for alarms; empty for none. */
  readonly email: string;
  /** Days after which events leave the archive; `undefined` if they never do. */
  readonly keepDays?: number | undefined;
  /** The parts that it has, with commas between; empty for all. */
  readonly parts: string;
  /** The day of today in UTC, such as `2026-11-25`. */
  readonly firstDay: string;
}

/**
 * Returns the configuration of a new stage. One for production does not forward the most frequent
 * events: receiving them costs money, also while no destination wants them.
 *
 * @throws {TypeError} for an answer that AWS would reject, or that is missing in production.
 */
export function stageOf({
  name,
  region,
  account,
  production,
  stateBucket,
  email,
  keepDays,
  parts: partNames,
  firstDay,
}: NewStage): StageConfig {
  const parts = [...new Set(partNames.split(",").flatMap((part) => part.trim() || []))];
  const has = (part: string) => parts.length === 0 || parts.includes(part);
  const changes = SHIPPED_WEBHOOKS.flatMap(({ name: webhook, part, inProduction }) =>
    inProduction === undefined || (part !== undefined && !has(part))
      ? []
      : [[webhook, inProduction] as const],
  );
  const stage: StageConfig = {
    name,
    region,
    ...(account === "" ? {} : { accountId: account }),
    production,
    ...(parts.length === 0 ? {} : { parts }),
    state: stateBucket === "" ? "local" : { bucket: stateBucket, region },
    ...(email === "" ? {} : { alarms: { emails: [email] } }),
    ...(has("archive") ? { archive: archiveOf(production, firstDay, keepDays) } : {}),
    ...(production
      ? {
          logRetentionDays: 90,
          ...(changes.length === 0 ? {} : { functions: Object.fromEntries(changes) }),
        }
      : {}),
  };
  checkStage(stage, SHIPPED);
  return stage;
}

function archiveOf(production: boolean, firstDay: string, keepDays: number | undefined) {
  return {
    firstDay,
    ...(production ? {} : { forceDestroy: true }),
    ...(keepDays === undefined ? {} : { deleteAfterDays: keepDays }),
  };
}

/** Returns the text of a stage's file. */
export function stageFile(stage: StageConfig): string {
  const comment = stage.production
    ? "/** A production stage: its data are protected against deletion. */"
    : "/** A stage for experiments: destroying it deletes its archive. */";
  return `import type { StageConfig } from "@rainhooks/infra";\n\n${comment}\nexport const stage: StageConfig = ${literal(stage, "")};\n`;
}

const LINE_WIDTH = 110;

/** Writes a value as TypeScript: objects on one line where they fit. */
function literal(value: unknown, indent: string): string {
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, indent)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${literal(field, inner)}`);
  const line = `{ ${fields.join(", ")} }`;
  if (indent !== "" && indent.length + line.length < LINE_WIDTH) return line;
  return `{\n${fields.map((field) => `${inner}${field},\n`).join("")}${indent}}`;
}

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
    firstDay: new Date().toISOString().slice(0, "2026-11-25".length),
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
