import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "@jest/globals";
import { localClients } from "@rainhooks/stage/clients";
import { defineWebhook } from "@rainhooks/webhook/define";
import { startEmulators } from "../emulators/start-emulators.ts";
import { provisionQueues } from "./provision.ts";

it("provision gives queues the settings of their definition, also existing queues", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "queues-"));
  const emulators = await startEmulators({ dataDir, port: 0, onError: () => undefined });
  const { sqs } = localClients(emulators.endpoint);
  const { queue: usual, ...definition } = defineWebhook({
    name: "bell",
    description: "For this test.",
    events: ["rmaker.event.alert"],
  });
  for (const change of [
    { visibilityTimeoutS: 77, maxReceives: 5, retentionS: 3600, deadLetterRetentionS: 7200 },
    { visibilityTimeoutS: 99, maxReceives: 6, retentionS: 3700, deadLetterRetentionS: 7300 },
  ]) {
    const queue = { ...usual, ...change };
    const made = await provisionQueues(sqs, "test", { ...definition, replay: "accept", queue });
    const attributesOf = async ({ url: QueueUrl = "" } = {}) =>
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })))
        .Attributes;
    for (const one of [made.queue, made.replay]) {
      const { RedrivePolicy = "", ...attributes } = (await attributesOf(one)) ?? {};
      expect(attributes).toMatchObject({
        VisibilityTimeout: String(change.visibilityTimeoutS),
        MessageRetentionPeriod: String(change.retentionS),
      });
      expect(JSON.parse(RedrivePolicy)).toEqual({
        deadLetterTargetArn: made.deadLetters.arn,
        maxReceiveCount: change.maxReceives,
      });
    }
    expect(await attributesOf(made.deadLetters)).toMatchObject({
      MessageRetentionPeriod: String(change.deadLetterRetentionS),
    });
  }
  await emulators.stop();
  await rm(dataDir, { recursive: true });
});
