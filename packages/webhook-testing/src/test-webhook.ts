import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttributeValue, ScanCommand } from "@aws-sdk/client-dynamodb";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { deployedName } from "@rainhooks/webhook/names";
import { type SettingValueOfStage, setSettings } from "@rainhooks/webhook/settings/set-settings";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type AwsForTest, startAws } from "./aws.ts";

/** What became of an event. */
export type EventOutcome =
  /** Written, or not wanted. */
  | { readonly outcome: "done" }
  /** Returned to its queue. */
  | { readonly outcome: "retry"; readonly afterS: number | undefined }
  /** In the dead-letter queue. */
  | { readonly outcome: "dead-letter"; readonly code: string; readonly reason: string };

/** Options of {@link testWebhook}. */
export interface TestWebhookOptions {
  /** Values of settings, by name. */
  readonly settings?: Readonly<Record<string, SettingValueOfStage>>;
  /** Values of secrets, by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** @defaultValue `local` */
  readonly stage?: string;
}

/** A webhook under test. */
export interface WebhookTest {
  /** Returns the items of one of its tables. */
  rowsOf(table: TableDescription): Promise<Readonly<Record<string, AttributeValue>>[]>;
  /** Returns the bodies of the messages that were sent to the queue of a worker. */
  sentTo(worker: string): readonly string[];
  /** The lines that the handler has logged. */
  readonly logged: readonly string[];
  /** Sends events to the handler in one batch, and returns what became of each. */
  run(events: readonly string[]): Promise<EventOutcome[]>;
  stop(): Promise<void>;
}

/** A module with a Lambda handler, such as a webhook's `handler.ts`. */
export interface HandlerModule {
  readonly handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
}

/**
 * Runs the real handler of a webhook in this process: with the environment that a stage gives it,
 * its tables in an embedded DynamoDB, and queues that note what is sent to them.
 *
 * @param webhook The webhook's definition.
 * @param load Imports the handler. It reads its environment when it is imported, so it must not be
 * imported before, and a file of tests can import it for one `testWebhook` only.
 * @throws {TypeError} for a wrong or missing setting.
 *
 * @example
 * ```ts
 * import { logSink } from "@rainhooks/webhook/sinks";
 * import { defineWebhook, eventHandler } from "@rainhooks/webhook";
 * import { eventOf, testWebhook } from "@rainhooks/webhook-testing";
 *
 * const bell = defineWebhook({
 *   name: "bell",
 *   description: "Logs alerts.",
 *   events: ["rmaker.event.alert"],
 * });
 * const load = async () => ({ handler: eventHandler(bell, () => logSink(() => undefined)) });
 * const test = await testWebhook(bell, load);
 * console.log(await test.run([eventOf("rmaker.event.alert")])); // [ { outcome: 'done' } ]
 * await test.stop();
 * ```
 */
export async function testWebhook(
  webhook: Webhook,
  load: () => Promise<HandlerModule>,
  { settings = {}, secrets = {}, stage = "local" }: TestWebhookOptions = {},
): Promise<WebhookTest> {
  const folder = mkdtempSync(join(tmpdir(), "webhook-test-"));
  const undo: (() => void | Promise<void>)[] = [() => rmSync(folder, { recursive: true })];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const variables = readSettings(webhook, { settings, secrets, folder });
    const aws = await startAws(stage, webhook);
    undo.push(aws.stop);
    undo.push(setEnvironment({ ...environmentOf(webhook, stage, aws), ...variables }));
    const logged: string[] = [];
    const { handler } = await keepingLog(logged, load);
    return {
      logged,
      rowsOf: async ({ name }) => {
        const { Items = [] } = await aws.dynamodb.send(
          new ScanCommand({ TableName: deployedName(stage, name) }),
        );
        return Items;
      },
      sentTo: (worker) =>
        aws.queues
          .find(workerQueue(worker))
          ?.peek()
          .map(({ body }) => body) ?? [],
      run: (events) => keepingLog(logged, () => runBatch(handler, events, aws.queues)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readSettings(
  webhook: Webhook,
  {
    settings,
    secrets,
    folder,
  }: Required<Pick<TestWebhookOptions, "settings" | "secrets">> & { readonly folder: string },
): Readonly<Record<string, string>> {
  const file = join(folder, "secrets.env");
  const { variables, mistakes } = setSettings(webhook.settings, {
    values: new Map(Object.entries(settings)),
    secretPlace: (name) => (Object.hasOwn(secrets, name) ? `file:${file}#${name}` : undefined),
  });
  if (mistakes.length > 0)
    throw new TypeError(`The settings of ${webhook.name}: ${mistakes.join("; ")}.`);
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(""), { mode: 0o600 });
  return variables;
}

/** The queues of the webhook, and those of workers. */
const QUEUE = "queue";
const DEAD_LETTERS = "dead-letters";
const workerQueue = (worker: string) => `worker-${worker}`;

function environmentOf(
  webhook: Webhook,
  stage: string,
  { endpoint, queues }: AwsForTest,
): Record<string, string> {
  const create = (name: string) => {
    queues.create(name, {});
    return queues.urlOf(name);
  };
  const names = {
    stage,
    queues: { deadLetterQueueUrl: create(DEAD_LETTERS), queueUrl: queues.urlOf(QUEUE) },
    queueUrlOf: (worker: string) => create(workerQueue(worker)),
    resourceName: (name: string) => deployedName(stage, name),
  };
  return {
    ...functionEnvironment(webhook, names),
    AWS_REGION: LOCAL_REGION,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
}

/** A handler logs to the console, as Lambda expects it. In a test its lines are kept instead. */
async function keepingLog<T>(lines: string[], run: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = (...values: unknown[]) => lines.push(values.map(String).join(" "));
  try {
    return await run();
  } finally {
    console.log = log;
  }
}

async function runBatch(
  handler: HandlerModule["handler"],
  events: readonly string[],
  queues: MemoryQueues,
): Promise<EventOutcome[]> {
  const queue = queues.create(QUEUE, { visibilityTimeoutS: Number.POSITIVE_INFINITY });
  const sent = events.map((body) => sqsRecordOf(deliveryOf(body, { sentAtMs: Date.now() })));
  for (const { body } of sent) queue.send(body);
  const received = queue.receive(sent.length);
  const records = sent.map((record, at) => ({
    ...record,
    receiptHandle: received[at]?.receiptHandle ?? "",
  }));
  const context = { awsRequestId: "test", getRemainingTimeInMillis: () => 30_000 } as Context;
  const before = queues.find(DEAD_LETTERS)?.peek().length;
  const { batchItemFailures } = await handler({ Records: records }, context);
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const deadLetters = new Map(
    queues
      .find(DEAD_LETTERS)
      ?.peek()
      .slice(before)
      .map(({ body, attributes }) => [body, attributes]),
  );
  const waitsS = queue.peek().map(({ sentAtMs, visibleAtMs }) => (visibleAtMs - sentAtMs) / 1000);
  return records.map(({ messageId, body }, at): EventOutcome => {
    const afterS =
      waitsS[at] === Number.POSITIVE_INFINITY ? undefined : Math.max(0, waitsS[at] ?? 0);
    if (failed.has(messageId)) return { outcome: "retry", afterS };
    const attributes = deadLetters.get(body);
    if (attributes === undefined) return { outcome: "done" };
    const textOf = (name: string) => attributes[name]?.StringValue ?? "";
    return { outcome: "dead-letter", code: textOf("error_code"), reason: textOf("reason") };
  });
}

/**
 * Gives this process the environment of a function: these variables, and none of AWS besides, which
 * could lead to a real account.
 *
 * @returns A function that brings the earlier environment back.
 */
function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env))
    if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  };
}
