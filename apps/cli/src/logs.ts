import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { WEBHOOKS } from "@rainhooks/app-webhooks";
import { RainhooksError } from "@rainhooks/core";
import { reachStage, type StageOption } from "./context.ts";

const LOOK_EVERY_MS = 300;

/** Lines in CloudWatch's metric format are for machines. */
const METRICS_LINE = '{"_aws":';

/** Prints the last lines that a webhook's function logged; with `follow`, also those that come. */
export async function logsCommand(
  webhook: string,
  options: StageOption & { readonly lines: number; readonly follow: boolean },
): Promise<void> {
  const names = WEBHOOKS.map(({ name }) => name);
  if (!names.includes(webhook)) {
    throw new RainhooksError(
      "input-invalid",
      `No webhook is named ${webhook}. There are: ${names.join(", ")}.`,
    );
  }
  const { dataDir } = await reachStage(options);
  const file = await open(join(dataDir, "logs", `${webhook}.log`));
  const readLines = async () =>
    (await file.readFile("utf8")).split("\n").filter((line) => line !== "" && !line.startsWith(METRICS_LINE));
  for (const line of (await readLines()).slice(-options.lines)) console.log(line);
  while (options.follow) {
    await pause(LOOK_EVERY_MS);
    for (const line of await readLines()) console.log(line);
  }
  await file.close();
}
