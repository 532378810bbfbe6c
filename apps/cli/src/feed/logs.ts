import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { RainhooksError } from "@rainhooks/core";
import { printData, tell } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { webhookOf } from "../reach/webhook.ts";

const LOOK_EVERY_MS = 300;

/** Lines in CloudWatch's metric format are for machines. */
const METRICS_LINE = '{"_aws":';

/** Prints the last lines that a webhook's function logged; with `follow`, also those that come. */
export async function logsCommand(
  webhook: string,
  options: StageOptions & { readonly lines: number; readonly follow?: boolean | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  const { outputs, local } = reached;
  const found = webhookOf(reached, webhook);
  if (local === undefined) {
    throw new RainhooksError(
      "input-invalid",
      `The logs of a deployed stage are in CloudWatch: aws logs tail /aws/lambda/${found.function} --region ${outputs.region} --follow`,
    );
  }
  const file = await open(join(local.dataDir, "logs", `${webhook}.log`));
  const readLines = async () =>
    (await file.readFile("utf8")).split("\n").filter((line) => line !== "" && !line.startsWith(METRICS_LINE));
  const printLines = (lines: readonly string[]) => printData(lines.map((line) => `${line}\n`).join(""));
  const written = await readLines();
  if (written.length === 0) tell(`${webhook} has logged nothing yet.`);
  await printLines(written.slice(-options.lines));
  while (options.follow) {
    await pause(LOOK_EVERY_MS);
    await printLines(await readLines());
  }
  await file.close();
}
