import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import { filterRulesTable } from "@rainhooks/filter/table";
import type { FleetMessage } from "@rainhooks/fleet";
import { collectMessages } from "@rainhooks/fleet";
import { provisionStage, startEmulators } from "@rainhooks/local-aws";
import { LOCAL_CREDENTIALS, LOCAL_REGION, localClients } from "@rainhooks/stage";
import { formatTable } from "@rainhooks/terminal";
import { rawSqsRecordOf, sqsRecordOf } from "@rainhooks/testing";
import { deployedName, integrationName, type Webhook } from "@rainhooks/webhook/define";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { gate } from "./gate.ts";
import { median } from "./median.ts";

const STAGE = "bench";
const BATCHES = 15;
const WARM_UP = 3;

type Handler = (event: object, context: object) => Promise<SQSBatchResponse>;

/** Measures how fast each bundled handler processes full batches, with the embedded services in the same process. */
export async function benchHandlers(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "bench-"));
  const emulators = await startEmulators({ dataDir, port: 0, nowMs: Date.now, onError: console.error });
  const { queues } = await provisionStage(localClients(emulators.endpoint), STAGE, { webhooks: SHIPPED });
  const messages = await fleetMessages();
  const before = { ...process.env };
  const rows: (string | number)[][] = [];
  for (const webhook of SHIPPED) {
    const names = {
      stage: STAGE,
      integration: integrationName(STAGE),
      deadLetterQueueUrl: queues.get(webhook.name)?.deadLetters.url ?? "",
      queueUrl: queues.get(webhook.name)?.queue.url,
      resourceName: (name: string) => deployedName(STAGE, name),
      queueUrlOf: (worker: string) => `${emulators.endpoint}/000000000000/${deployedName(STAGE, worker)}`,
    };
    Object.assign(process.env, functionEnvironment(webhook, names, filterRulesTable.name), {
      AWS_REGION: LOCAL_REGION,
      AWS_ENDPOINT_URL: emulators.endpoint,
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    });
    rows.push(await benchHandler(webhook, messages));
  }
  process.env = before;
  await emulators.stop();
  await rm(dataDir, { recursive: true, maxRetries: 5, retryDelay: 50 });
  return ["Handlers, with the embedded services in the same process", formatTable(HEADER, rows)].join("\n");
}

const HEADER = ["handler", "batch", "events/s", "ms per batch"];

async function benchHandler(
  webhook: Webhook,
  messages: readonly FleetMessage[],
): Promise<(string | number)[]> {
  const print = console.log;
  console.log = () => undefined;
  const bundle = pathToFileURL(join(bundleDir(webhook.name), "index.mjs")).href;
  const { handler } = (await import(bundle)) as { handler: Handler };
  const { size } = webhook.batch;
  const wanted = messages.filter(({ type }) => webhook.events.includes(type));
  gate(
    wanted.length >= size * BATCHES,
    `the fleet makes at least ${size * BATCHES} events for ${webhook.name}`,
  );
  const timesMs: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const Records = recordsOf(wanted.slice(batch * size, (batch + 1) * size), batch);
    const startedMs = performance.now();
    const { batchItemFailures } = await handler({ Records }, { awsRequestId: String(batch) });
    if (batch >= WARM_UP) timesMs.push(performance.now() - startedMs);
    gate(batchItemFailures.length === 0, `${webhook.name} writes every record of a batch`);
  }
  console.log = print;
  const ms = median(timesMs);
  return [webhook.name, size, Math.round((size * 1000) / ms), Number(ms.toFixed(1))];
}

async function fleetMessages(): Promise<readonly FleetMessage[]> {
  const options = {
    seed: 1,
    nodes: 500,
    events: 16_000,
    duplicates: 0,
    undecodable: 0,
    endsAtMs: Date.now(),
  };
  return (await collectMessages(options, "pascal", integrationName(STAGE))).messages;
}

function recordsOf(messages: readonly FleetMessage[], batch: number): SQSRecord[] {
  return messages.map(({ body, attributes }, index) => {
    const delivery = { id: `${batch}-${index}`, sentAtMs: Date.now(), topic: undefined, attributes, body };
    return { ...sqsRecordOf(delivery), messageId: rawSqsRecordOf(delivery).messageId };
  });
}
