import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { wrongInput } from "@rainhooks/core/errors";
import { dataDirOf } from "@rainhooks/stage/commands/data-folder";
import { LOCAL_STAGE, stageNameOf } from "@rainhooks/stage/commands/local-stage";
import { print, printJson, printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { queuedOf } from "@rainhooks/stage/reached";
import { prettyLine } from "./pretty-line.ts";

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

/** Returns the path of the log of a function. On this machine it also exists while the stage is stopped. */
async function logPathOf(webhook: string, options: StageSelection): Promise<string> {
  if (stageNameOf(options) === LOCAL_STAGE) {
    const path = join(await dataDirOf(options), "logs", `${webhook}.log`);
    if (/^[a-z0-9-]+$/.test(webhook) && existsSync(path)) return path;
  }
  const reached = await reachStage(options);
  const { functions } = reached.outputs;
  const found =
    (Object.hasOwn(functions, webhook) ? functions[webhook] : undefined) ?? queuedOf(reached, webhook);
  if (reached.local !== undefined) return join(reached.local.dataDir, "logs", `${webhook}.log`);
  throw wrongInput(
    found.function === undefined
      ? `The function of ${webhook} is your own, and so are its logs.`
      : `The logs of a deployed stage are in CloudWatch. Run: aws logs tail /aws/lambda/${found.function} --region ${reached.outputs.region} --follow`,
  );
}
