import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { queryApi } from "@rainhooks/app-list/query-api";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { processedUntilMs } from "@rainhooks/stage/operate/archive/processed-until";
import { whatWaits } from "@rainhooks/stage/operate/archive/what-waits";
import { reachRunningStage, type StageAccess } from "@rainhooks/stage/stage-access";

describe("on a local stage", () => {
  let running: TestStage;
  let access: StageAccess;
  let queueUrl: string;

  beforeAll(async () => {
    running = await startTestStage({ functions: [queryApi] });
    access = await reachRunningStage(running.dataDir);
    queueUrl = await createQueue("orders");
  });
  afterAll(() => running.stop());

  async function createQueue(name: string): Promise<string> {
    const { QueueUrl = "" } = await access.clients.sqs.send(
      new CreateQueueCommand({ QueueName: name }),
    );
    return QueueUrl;
  }

  it("a webhook has handled what is older than the oldest message of its queues, also of those in flight", async () => {
    const { sqs } = access.clients;
    const beforeMs = Date.now();
    expect(await processedUntilMs(access, [queueUrl])).toBeGreaterThanOrEqual(beforeMs - 1000);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "first" }));
    const sentMs = Date.now();
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
    const empty = await createQueue("empty");
    const handledMs = await processedUntilMs(access, [empty, queueUrl]);
    expect(handledMs).toBeGreaterThanOrEqual(beforeMs - 1000);
    expect(handledMs).toBeLessThanOrEqual(sentMs - 1000);
    expect(await processedUntilMs(access, [empty])).toBeGreaterThanOrEqual(sentMs - 1000);
  });

  it("a message in the archive's queue matters only for times after which it was published", async () => {
    const archive = { bucket: "archive", stream: "archive", bufferS: 0 };
    const withQueue = {
      ...access,
      outputs: { ...access.outputs, archive: { ...archive, queueUrl } },
    };
    const nowMs = Date.now();
    expect(await whatWaits(withQueue, nowMs - 600_000, nowMs)).toBeUndefined();
    expect(await whatWaits(withQueue, nowMs, nowMs)).toEqual({
      for: "archive-queue",
      ageMs: expect.any(Number),
    });
    expect(await whatWaits(withQueue, nowMs + 1, nowMs)).toEqual({
      for: "archive-buffer",
      leftMs: 1,
    });
  });
});
