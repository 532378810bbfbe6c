import { setTimeout as pause } from "node:timers/promises";
import { DeleteTableCommand, waitUntilTableNotExists } from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { runCommand } from "@rainhooks/e2e/cli/testing/run-command";
import { createTable } from "@rainhooks/embedded-dynamodb/test-tables";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { deployedName } from "@rainhooks/webhook/names";
import { STORES, type StoreVerification, verifyAll } from "./verified.ts";

const LOOK_EVERY_MS = 500;
const MAX_WAIT_S = 60;

/**
 * Rebuilds the stores of a stage, and verifies everything again. What an earlier run of the battery has
 * rebuilt stays.
 */
export async function rebuildAll(
  dataDir: string,
  print: (text: string) => void,
): Promise<StoreVerification[]> {
  for (const store of STORES) {
    print(`Rebuilding ${store}.`);
    const { out: shown } = await runCommand(["rebuild", "show", store, "--json", "--data", dataDir]);
    const state: unknown = tryParseJson(shown);
    if (isJsonObject(state) && state["live"] === "b") continue;
    const { code, out, err } = await runCommand(["rebuild", "start", store, "--yes", "--data", dataDir]);
    if (code !== 0)
      throw new RainhooksError("stage-failed", `The rebuild of ${store} has not switched: ${out} ${err}`);
  }
  return verifyAll(dataDir, "rebuilt");
}

/** Makes the tables of a stage anew, fills them again from the archive by replays, and compares. */
export async function replayIntoEmpty(
  stage: Stage,
  dataDir: string,
  print: (text: string) => void,
): Promise<StoreVerification[]> {
  const { dynamodb: client, sqs } = stage.clients;
  for (const table of [nodeStatusTable, nodeTimelineTable, timeSeriesTable].flatMap(deployedTables)) {
    const TableName = deployedName(stage.name, table.name);
    await client.send(new DeleteTableCommand({ TableName }));
    await waitUntilTableNotExists({ client, maxWaitTime: MAX_WAIT_S }, { TableName });
    await createTable(client, TableName, table);
  }
  for (const webhook of STORES) {
    print(`The tables are empty. Replaying to ${webhook}.`);
    const range = ["--from", "2026-01-01", "--to", "now", "--wait", "--rate", "100000"];
    const limits = ["--max-dead-letters", "1000000", "--yes", "--data", dataDir];
    const { code, err } = await runCommand(["replay", "start", "--webhook", webhook, ...range, ...limits]);
    if (code !== 0) throw new RainhooksError("stage-failed", `The replay to ${webhook} has failed: ${err}`);
    const queueUrl = stage.provisioned.queues.get(webhook)?.replay?.url ?? "";
    while ((await countMessages(sqs, queueUrl)) > 0) await pause(LOOK_EVERY_MS);
  }
  return verifyAll(dataDir, "replayed");
}
