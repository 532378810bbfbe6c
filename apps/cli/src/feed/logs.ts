import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { shortType } from "@rainhooks/core/catalog";
import { wrongInput } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { dataDirOf } from "@rainhooks/stage/commands/data-folder";
import { LOCAL_STAGE, stageNameOf } from "@rainhooks/stage/commands/local-stage";
import { dress, print, printJson, printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { queuedOf } from "@rainhooks/stage/stage-access";
import { formatTime } from "@rainhooks/stage/terminal/format-table";
import { safeLine } from "@rainhooks/stage/terminal/printable";

const LOOK_EVERY_MS = 300;

/** Lines in CloudWatch's embedded metric format are not printed. */
const METRICS_LINE = '{"_aws":';

/** Prints the last lines that a webhook's function logged; with `follow`, also new ones. */
export async function logsCommand(
  webhook: string,
  options: StageSelection & {
    readonly lines: number;
    readonly follow?: boolean | undefined;
    readonly pretty?: boolean | undefined;
  },
): Promise<void> {
  const file = await open(await logPathOf(webhook, options));
  // The last line may not be complete yet.
  let rest = "";
  const readLines = async () => {
    const lines = (rest + (await file.readFile("utf8"))).split("\n");
    rest = lines.pop() ?? "";
    return lines.filter((line) => line !== "" && !line.startsWith(METRICS_LINE));
  };
  const printLines = (lines: readonly string[]) =>
    options.pretty
      ? print(lines.map((line) => `${prettyLine(line)}\n`).join(""))
      : printJson(lines.map((line) => `${line}\n`).join(""));
  const written = await readLines();
  if (written.length === 0) printNote(`${webhook} has logged nothing yet.`);
  await printLines(written.slice(-options.lines));
  while (options.follow) {
    await pause(LOOK_EVERY_MS);
    await printLines(await readLines());
  }
  await file.close();
}

/**
 * Returns the path of the log of a function. On this machine it also exists while the stage is
 * stopped.
 */
async function logPathOf(webhook: string, options: StageSelection): Promise<string> {
  if (stageNameOf(options) === LOCAL_STAGE) {
    const path = join(await dataDirOf(options), "logs", `${webhook}.log`);
    if (/^[a-z0-9-]+$/.test(webhook) && existsSync(path)) return path;
  }
  const access = await reachStage(options);
  const { functions } = access.outputs;
  const found =
    (Object.hasOwn(functions, webhook) ? functions[webhook] : undefined) ??
    queuedOf(access, webhook);
  if (access.local !== undefined) return join(access.local.dataDir, "logs", `${webhook}.log`);
  throw wrongInput(
    found.function === undefined
      ? `The function of ${webhook} is your own, and so are its logs.`
      : `The logs of a deployed stage are in CloudWatch. Run: aws logs tail /aws/lambda/${found.function} --region ${access.outputs.region} --follow`,
  );
}

/** Fields that are shown in front, or are the same in every line. */
const NOT_LISTED = new Set(["level", "time", "message", "stage", "webhook", "requestId", "error"]);
const MAX_TEXT = 2000;
const MAX_VALUE = 200;

/**
 * Formats a line of a webhook's log for people: time (UTC), level, message, then the other fields.
 * An event that was logged as it is, is shown by its time, type and data. Other lines stay as they
 * are. Texts of devices are made safe, and secrets of URLs are hidden.
 */
export function prettyLine(line: string): string {
  const fields = tryParseJson(line);
  if (!isJsonObject(fields)) return safeLine(line, MAX_TEXT);
  const { level, time, message, type, atMs } = fields;
  if (typeof level === "string" && typeof message === "string") {
    const atText =
      typeof time === "string" && !Number.isNaN(Date.parse(time))
        ? formatTime(Date.parse(time))
        : "-";
    return [
      atText,
      levelText(level),
      safeLine(message, MAX_TEXT),
      errorText(fields["error"]),
      ...listed(fields),
    ]
      .filter((part) => part !== "")
      .join("  ");
  }
  if (typeof type !== "string" || typeof atMs !== "number") return safeLine(line, MAX_TEXT);
  return [
    formatTime(atMs),
    safeLine(shortType(type), MAX_VALUE),
    valueText(fields["data"] ?? null),
  ].join("  ");
}

const STYLES = { debug: "dim", warn: "yellow", error: "red" } as const;

function levelText(level: string): string {
  const padded = safeLine(level, 10).padEnd(5);
  return level === "debug" || level === "warn" || level === "error"
    ? dress(STYLES[level], padded)
    : padded;
}

/** Returns code and message of an error and its causes. */
function errorText(error: JsonValue | undefined): string {
  if (!isJsonObject(error)) return "";
  const { code, message, cause } = error;
  const own = [code, message].filter((part) => typeof part === "string").join(": ");
  const inner = errorText(cause);
  return safeLine(inner === "" ? own : `${own} (${inner})`, MAX_TEXT);
}

function listed(fields: JsonObject): string[] {
  return Object.entries(fields)
    .filter(([name]) => !NOT_LISTED.has(name))
    .map(([name, value]) => `${safeLine(name, MAX_VALUE)}=${valueText(value)}`);
}

function valueText(value: JsonValue): string {
  return safeLine(typeof value === "string" ? value : JSON.stringify(value), MAX_VALUE);
}
