import {
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { type ScriptedService, startScriptedService } from "@rainhooks/testing/scripted-service";
import { dropDeadLetters } from "./drop-dead-letters.ts";
import { examine, readDeadLetters, readMessage } from "./read-dead-letters.ts";

const text = (StringValue: string) => ({ DataType: "String", StringValue });

describe("the description of a dead letter", () => {
  const envelope = {
    MessageId: "delivery",
    TopicArn: "arn:aws:sns:us-east-1:1:some-topic",
    Timestamp: "2023-11-14T22:13:10.000Z",
    Message: "what was published",
  };

  it("the description of a dead letter is built from its envelope, its attributes and the data of SQS", () => {
    const message = {
      MessageId: "m",
      Body: JSON.stringify(envelope),
      Attributes: { SentTimestamp: "1700000000000" },
      MessageAttributes: { reason: text("it failed"), error_code: text("data-invalid") },
    };
    expect(readMessage(message)).toEqual({
      messageId: "m",
      deliveryId: "delivery",
      topic: "some-topic",
      publishedAtMs: 1_699_999_990_000,
      sentAtMs: 1_700_000_000_000,
      reason: "it failed",
      errorCode: "data-invalid",
      body: "what was published",
    });
  });

  it("the description of a dead letter says since when it is one, also after a redrive", () => {
    const message = {
      MessageId: "m",
      Body: JSON.stringify(envelope),
      Attributes: { SentTimestamp: "1700000000000" },
      MessageAttributes: { rainhooks_dead_since: text("1699999999000") },
    };
    expect(readMessage(message)).toMatchObject({ sentAtMs: 1_699_999_999_000 });
  });

  it.each([
    ["a text", "text"],
    ["a list", "[1]"],
    [
      "an object of something else",
      '{"MessageId":1,"TopicArn":2,"Message":3,"Timestamp":4,"MessageAttributes":5}',
    ],
  ])("the description of a dead letter has only the body where that is %s", (_, Body) => {
    expect(readMessage({ MessageId: "m", Body })).toEqual({
      messageId: "m",
      deliveryId: "m",
      topic: undefined,
      sentAtMs: undefined,
      reason: undefined,
      errorCode: undefined,
      body: Body,
    });
  });

  it("the description of a dead letter is empty for an empty message", () => {
    expect(readMessage({})).toMatchObject({ messageId: "", deliveryId: "", body: "" });
  });
});

describe("a dead-letter queue", () => {
  let service: ScriptedService;
  let sqs: SQSClient;
  afterEach(async () => {
    sqs.destroy();
    await service.stop();
  });

  /** What a call hands out. */
  function received(ids: readonly string[], call: number) {
    const Messages = ids.map((id) => ({
      MessageId: id,
      ReceiptHandle: `receipt ${call} of ${id}`,
      Body: id,
    }));
    return { body: ids.length === 0 ? {} : { Messages } };
  }

  /** A queue that hands out its messages as a test says, call by call. */
  async function queueOf(
    calls: readonly (readonly string[])[],
    { undeletable = false, down = false } = {},
  ) {
    const rest = [...calls];
    const refused = [{ Id: "0", Code: "X", SenderFault: false }];
    service = await startScriptedService(({ action }) => {
      if (action === "ReceiveMessage")
        return received(rest.shift() ?? [], calls.length - rest.length);
      if (down) return { status: 400, body: { __type: "InvalidAddress", message: "down" } };
      return {
        body: { Successful: [], Failed: undeletable && action.startsWith("Delete") ? refused : [] },
      };
    });
    sqs = new SQSClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      md5: false,
      maxAttempts: 1,
    });
    return { sqs, queueUrl: `${service.endpoint}/1/dead-letters` };
  }

  const inputsOf = (action: string) =>
    service.calls.filter((call) => call.action === action).map(({ input }) => input);
  const receiptsOf = (action: string) =>
    inputsOf(action).flatMap((input) =>
      (input["Entries"] as { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ReceiptHandle),
    );

  it("a dead-letter queue is read without waiting on a local stage, whose emulator is one server", async () => {
    const reader = await queueOf([["a"]]);
    await readDeadLetters({ ...reader, isLocal: true });
    expect(inputsOf("ReceiveMessage").map(({ WaitTimeSeconds }) => WaitTimeSeconds)).toEqual([
      0, 0,
    ]);
  });

  it("a dead-letter queue is read until it is empty, and all messages are released", async () => {
    const reader = await queueOf([["a", "b"], ["c"]]);
    const found = await readDeadLetters(reader);
    expect(found.map(({ messageId }) => messageId)).toEqual(["a", "b", "c"]);
    expect(inputsOf("ReceiveMessage")).toHaveLength(3);
    expect(inputsOf("ReceiveMessage")[0]).toEqual({
      QueueUrl: reader.queueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 120,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SentTimestamp"],
    });
    expect(inputsOf("ChangeMessageVisibilityBatch")).toEqual([
      {
        QueueUrl: reader.queueUrl,
        Entries: [
          { Id: "0", ReceiptHandle: "receipt 1 of a", VisibilityTimeout: 0 },
          { Id: "1", ReceiptHandle: "receipt 1 of b", VisibilityTimeout: 0 },
          { Id: "2", ReceiptHandle: "receipt 2 of c", VisibilityTimeout: 0 },
        ],
      },
    ]);
  });

  it("a dead-letter queue is read up to a limit", async () => {
    const reader = await queueOf([["a", "b"], ["c"], ["d"]]);
    expect(await readDeadLetters(reader, 3)).toHaveLength(3);
    expect(inputsOf("ReceiveMessage").map((input) => input["MaxNumberOfMessages"])).toEqual([3, 1]);
  });

  it("a dead-letter queue is read until three calls return nothing new; a repeated message is released with its newest receipt", async () => {
    const reader = await queueOf([["a"], ["a"], ["a"], ["b"], ["b"], ["a"], ["b"], ["c"]]);
    const found = await readDeadLetters(reader);
    expect(found.map(({ messageId }) => messageId)).toEqual(["a", "b"]);
    expect(receiptsOf("ChangeMessageVisibilityBatch")).toEqual([
      "receipt 6 of a",
      "receipt 7 of b",
    ]);
  });

  it("a dead-letter queue is read even if no message can be released", async () => {
    expect(await readDeadLetters(await queueOf([["a"]], { down: true }))).toHaveLength(1);
  });

  it("a dead-letter queue loses the dropped messages, ten per call, and keeps the others", async () => {
    const ids = Array.from({ length: 13 }, (_, index) => `m${index}`);
    const reader = await queueOf([ids, ["last"]]);
    const isChosen = (message: Message) => readMessage(message).body !== "m1";
    expect(await dropDeadLetters(reader, { isChosen, limit: 100 })).toEqual({
      dropped: 13,
      kept: 1,
    });
    expect(
      inputsOf("DeleteMessageBatch").map((input) => (input["Entries"] as object[]).length),
    ).toEqual([10, 2, 1]);
    expect(receiptsOf("ChangeMessageVisibilityBatch")).toEqual(["receipt 1 of m1"]);
  });

  it("a dead-letter queue is read only up to the limit of messages to drop", async () => {
    const reader = await queueOf([["a"], ["b"]]);
    expect(await dropDeadLetters(reader, { isChosen: () => true, limit: 1 })).toEqual({
      dropped: 1,
      kept: 0,
    });
  });

  it("a dead-letter queue reports messages that cannot be deleted, and releases them", async () => {
    const dropped = dropDeadLetters(await queueOf([["a", "b"]], { undeletable: true }), {
      isChosen: () => true,
      limit: 10,
    });
    await expect(dropped).rejects.toMatchObject({
      code: "dead-letter-unavailable",
      message: "1 dead letter could not be deleted. Run the command again.",
    });
    expect(receiptsOf("ChangeMessageVisibilityBatch")).toContain("receipt 1 of a");
  });
});

describe("dead letters that another reader hides", () => {
  let nowMs = 0;
  const queues = new MemoryQueues(() => nowMs);
  const sqs = new SQSClient(queues.clientOptions);
  const queueUrl = queues.urlOf("dead");
  const hide = () =>
    sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 2,
        VisibilityTimeout: 120,
      }),
    );
  beforeEach(async () => {
    queues.create("dead", {});
    for (const MessageBody of ["a", "b", "c"])
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    await hide();
  });

  it("dead letters that another reader hides are waited for if none may be missing", async () => {
    expect(await readDeadLetters({ sqs, queueUrl })).toHaveLength(1);
    const pause = async (ms: number) => (nowMs += ms);
    const letters = await readDeadLetters({ sqs, queueUrl, isWhole: true, pause });
    expect(letters.map(({ body }) => body).toSorted()).toEqual(["a", "b", "c"]);
    expect(queues.find("dead")?.counts()).toMatchObject({ visible: 3, inFlight: 0 });
  });

  it("dead letters that are read twice at once are found by both, also after one that failed", async () => {
    nowMs += 120_001;
    const failed = examine({ sqs, queueUrl }, 9, () => Promise.reject(new Error("cut off")));
    const both = Promise.all([
      readDeadLetters({ sqs, queueUrl }),
      readDeadLetters({ sqs, queueUrl }),
    ]);
    await expect(failed).rejects.toThrow("cut off");
    expect((await both).map((letters) => letters.length)).toEqual([3, 3]);
  });

  it("dead letters that another reader hides are not waited for without end", async () => {
    const pause = async (ms: number) => {
      nowMs += ms;
      await hide();
    };
    await expect(readDeadLetters({ sqs, queueUrl, isWhole: true, pause })).rejects.toMatchObject({
      code: "dead-letter-unavailable",
      message: expect.stringMatching(/^Another command reads these dead letters/),
    });
  });
});
