import { setTimeout as pause } from "node:timers/promises";
import { runCommand } from "@rainhooks/app-cli/testing";
import { RainhooksError } from "@rainhooks/core";
import { deployedTables } from "@rainhooks/dynamodb";
import type { Stage } from "@rainhooks/local-aws";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { countMessages } from "@rainhooks/operate";
import { timeSeriesTable } from "@rainhooks/time-series/table";
import { type Verified, verifyAll } from "./verified.ts";
import { wipe } from "./wipe.ts";

const LOOK_EVERY_MS = 500;

/** Wipes the tables of a stage, fills them again from the archive by replays, and compares. */
export async function replayIntoEmpty(
  stage: Stage,
  dataDir: string,
  print: (text: string) => void,
): Promise<Verified[]> {
  const { dynamodb, sqs } = stage.clients;
  for (const table of [nodeStatusTable, nodeTimelineTable, timeSeriesTable].flatMap(deployedTables))
    await wipe(dynamodb, table);
  for (const webhook of ["node-status", "time-series"]) {
    print(`The tables are empty. Replaying to ${webhook}.`);
    const range = ["--from", "2026-01-01", "--to", "now", "--wait", "--rate", "100000"];
    const limits = ["--max-dead-letters", "1000000", "--yes", "--data", dataDir];
    const { code, err } = await runCommand(["replay", "start", "--webhook", webhook, ...range, ...limits]);
    if (code !== 0) throw new RainhooksError("stage-failed", `The replay to ${webhook} has failed: ${err}`);
    const queueUrl = stage.provisioned.queues.get(webhook)?.replay?.url ?? "";
    while ((await countMessages(sqs, queueUrl)) > 0) await pause(LOOK_EVERY_MS);
  }
  const verified = await verifyAll(dataDir);
  return verified.map((one) => ({ ...one, store: `${one.store}, replayed` }));
}
