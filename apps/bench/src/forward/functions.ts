import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { attempts } from "@rainhooks/app-attempts/worker";
import { forward } from "@rainhooks/app-forward/webhook";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import { readDelivery } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import {
  destinationOf,
  destinationsTable,
  fileSecretStore,
  formatAttemptMessage,
  formatSecrets,
  newSigningSecret,
  putDestination,
  readSettings,
} from "@rainhooks/forwarding";
import { sqsRecordOf } from "@rainhooks/testing";
import { functionEnvironment, workerEnvironment } from "@rainhooks/webhook/environment";
import type { SQSRecord } from "aws-lambda";
import { startBenchTables } from "../bench-tables.ts";
import { deliveryId } from "../connections.ts";
import { type BenchFunction, startFunction } from "../processes/function.ts";

/** Id of the destination of the benchmark. */
const DESTINATION = "bench";

/** The functions of forwarding whose events are counted. */
export type ForwardFunction = "forward" | "attempts";

/** Returns the item of a destination as a scan of the table finds it. */
export async function destinationItems(url: string): Promise<readonly object[]> {
  const tables = await startBenchTables([destinationsTable]);
  const store = { client: tables.client, tableName: destinationsTable.name };
  const settings = readSettings({ id: DESTINATION, url: new URL(url).origin });
  await putDestination(store, destinationOf(settings, { nowMs: Date.now() }));
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: destinationsTable.name }));
  await tables.stop();
  return Items;
}

/** Starts the bundle of a function as it is deployed, with the secrets of the destination in a file. */
export async function startForwardFunction(
  name: ForwardFunction,
  endpoint: string,
  receiverUrl: string,
): Promise<BenchFunction> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const secretsFile = join(folder, "secrets.json");
  await writeFile(secretsFile, "{}", { mode: 0o600 });
  const secrets = { url: receiverUrl, signingSecrets: [{ secret: newSigningSecret() }], headers: {} };
  await fileSecretStore(secretsFile).put(DESTINATION, formatSecrets(secrets));
  const queueUrlOf = (queue: string) => `${endpoint}/000000000000/${queue}`;
  const names = {
    stage: "bench",
    integration: "bench",
    deadLetterQueueUrl: queueUrlOf(`${name}-dead-letters`),
    queueUrl: queueUrlOf(name),
    resourceName: (resource: string) => resource,
    queueUrlOf,
    parametersAt: () => `file:${secretsFile}`,
  };
  const variables =
    name === "forward"
      ? functionEnvironment(forward, names, filterRulesTable.name)
      : { ...workerEnvironment(attempts, names), FORWARD_ALLOW_PRIVATE: "all" };
  const { memoryMiB } = (name === "forward" ? forward : attempts).function;
  return startFunction({ bundle: join(bundleDir(name), "index.mjs"), endpoint, memoryMiB, variables });
}

/** Returns the records of a batch: alerts of distinct nodes for their users, for `attempts` as `forward` sends them. */
export function forwardRecords(name: ForwardFunction, count: number, from: number): readonly SQSRecord[] {
  const records = Array.from({ length: count }, (_, index) => alertRecord(from + index));
  return name === "forward" ? records : records.map(attemptRecord);
}

/** Events with a user are looked up in the table of copies. */
function alertRecord(index: number): SQSRecord {
  const nowMs = Date.now();
  const event_data = { node_id: `node-${index}`, user_id: `user-${index}`, message_body: "Too hot" };
  const body = JSON.stringify({ event_type: "rmaker.event.alert", timestamp: nowMs, event_data });
  const attributes = { event_type: "rmaker.event.alert" };
  return sqsRecordOf({ id: deliveryId(index), sentAtMs: nowMs, topic: undefined, attributes, body });
}

function attemptRecord(record: SQSRecord): SQSRecord {
  const delivery = readDelivery(record);
  const message = { destination: DESTINATION, webhookId: `evt_${delivery.id}`, attempt: 1, delivery };
  const nowMs = Date.now();
  return {
    ...record,
    body: formatAttemptMessage({ ...message, sentAtMs: nowMs }),
    attributes: { ...record.attributes, SentTimestamp: String(nowMs) },
  };
}
