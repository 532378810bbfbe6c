import { SQSClient } from "@aws-sdk/client-sqs";
import { expect, it } from "@jest/globals";
import { eventBody } from "@rainhooks/sinks/http/event-body";
import { httpSink } from "@rainhooks/sinks/http/http-sink";
import { perBatch } from "@rainhooks/sinks/per-batch";
import { perItem } from "@rainhooks/sinks/per-item";
import { startReceiver } from "@rainhooks/testing/receiver";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import { startScriptedService } from "@rainhooks/testing/scripted-service";
import type { Context } from "aws-lambda";
import { eventHandler } from "./create.ts";
import { defineWebhook } from "./define.ts";

const NOW_MS = 1_700_000_000_000;
const ALERT = "rmaker.event.alert";
const context = { awsRequestId: "request-1" } as Context;
const webhook = defineWebhook({
  name: "calls",
  description: "Calls.",
  events: [ALERT],
  filtered: false,
});
type MakeSink = Parameters<typeof eventHandler<typeof webhook, typeof ALERT>>[1];

const alert = (node_id: string) =>
  sqsRecordOf(
    deliveryOf(
      { event_type: ALERT, event_data: { node_id, message_body: "{}" } },
      { sentAtMs: NOW_MS },
    ),
  );

/**
 * Runs a handler on records of some nodes; returns the nodes that failed, the visibility timeouts
 * and the dead letters.
 */
async function outcomes(makeSink: MakeSink, nodes: readonly string[], more: Partial<Context> = {}) {
  const lines: Record<string, unknown>[] = [];
  const service = await startScriptedService(() => ({ body: { Successful: [], Failed: [] } }));
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const sqs = new SQSClient({ endpoint: service.endpoint, region: "us-east-1", credentials });
  const handler = eventHandler(webhook, makeSink, {
    environment: {
      RAINHOOKS_STAGE: "dev",
      RAINHOOKS_INTEGRATION: "rainhooks-dev",
      DEAD_LETTER_QUEUE_URL: `${service.endpoint}/1/dead-letters`,
      QUEUE_URL: `${service.endpoint}/1/queue`,
    },
    writeLine: (line) => lines.push(JSON.parse(line)),
    nowMs: () => NOW_MS,
    sqs: async () => sqs,
  });
  const records = nodes.map(alert);
  const { batchItemFailures } = await handler({ Records: records }, { ...context, ...more });
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const entries = (action: string) =>
    service.calls
      .filter((call) => call.action === action)
      .flatMap(({ input }) => input["Entries"] as Record<string, unknown>[]);
  sqs.destroy();
  await service.stop();
  return {
    metrics: lines.find((line) => "_aws" in line),
    failed: nodes.filter((_, index) => failed.has(records[index]?.messageId ?? "")),
    hiddenS: entries("ChangeMessageVisibilityBatch").map(
      ({ VisibilityTimeout }) => VisibilityTimeout,
    ),
    letters: entries("SendMessageBatch").map(({ MessageAttributes }) => MessageAttributes),
  };
}

it("a receiver's Retry-After hides the record in its queue, and its refusal is the reason of the dead letter", async () => {
  const receiver = await startReceiver(({ body }, response) => {
    const { nodeId } = JSON.parse(body).data;
    if (nodeId === "busy") response.writeHead(429, { "retry-after": "3600" }).end();
    else
      response
        .writeHead(nodeId === "gone" ? 410 : 204)
        .end(nodeId === "gone" ? "no such door" : undefined);
  });
  const makeSink: MakeSink = () =>
    httpSink({ url: receiver.url, allowPrivate: true, toBody: eventBody });
  const { failed, hiddenS, letters } = await outcomes(makeSink, ["good", "busy", "gone"]);
  await receiver.stop();
  expect(failed).toEqual(["busy"]);
  expect(hiddenS).toEqual([3600]);
  expect(letters).toMatchObject([
    {
      error_code: { StringValue: "sink-rejected" },
      reason: { StringValue: `${receiver.url} responded with status 410: no such door` },
    },
  ]);
});

it("a receiver that does not respond cannot use up the time of the batch: records that were not attempted did not fail", async () => {
  const receiver = await startReceiver(() => undefined);
  const nodes = Array.from({ length: 20 }, (_, index) => `node ${index}`);
  let attempted = 0;
  const onAttempt = () => {
    attempted += 1;
  };
  const makeSink: MakeSink = () =>
    httpSink({ url: receiver.url, allowPrivate: true, concurrency: 1, onAttempt });
  const endMs = performance.now() + 4000;
  const { failed, metrics } = await outcomes(makeSink, nodes, {
    getRemainingTimeInMillis: () => endMs - performance.now(),
  });
  await receiver.stop();
  expect(failed).toEqual(nodes);
  expect(attempted).toBeGreaterThanOrEqual(1);
  expect(attempted).toBeLessThanOrEqual(2);
  expect(metrics).toMatchObject({
    Received: 20,
    Failed: attempted,
    Postponed: 20 - attempted,
    Delivered: 0,
  });
});

it("an error means the same in a function for one item and in one for a batch", async () => {
  const check = (node: string) => {
    if (node === "too deep") throw new RangeError("Maximum call stack size exceeded");
    if (node === "bad") throw new TypeError("boom");
  };
  const single = await outcomes(
    () =>
      perItem(async ({ data }) => {
        check(data.nodeId);
      }),
    ["good", "bad", "too deep"],
  );
  const batch = await outcomes(
    () =>
      perBatch(async (items) => {
        for (const { value } of items) check(value.data.nodeId);
      }),
    ["good", "bad", "too deep"],
  );
  expect({ ...single, metrics: undefined }).toEqual({ ...batch, metrics: undefined });
  expect(single.failed).toEqual(["bad"]);
  expect(single.hiddenS).toEqual([30]);
  expect(single.letters).toMatchObject([{ error_code: { StringValue: "unexpected" } }]);
});
