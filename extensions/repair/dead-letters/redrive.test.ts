import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "@jest/globals";
import { readDeadLetters } from "@rainhooks/stage/read-dead-letters";
import {
  type ScriptedService,
  type ServiceCall,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import { type RedriveResult, redrive } from "./redrive.ts";

/* Failures of queues. The local stage, whose queues never fail, has the successful cases. */
describe("redrive", () => {
  let service: ScriptedService;
  let sqs: SQSClient;
  afterEach(async () => {
    sqs.destroy();
    await service.stop();
  });

  /**
   * Creates a dead-letter queue with messages, and a target queue that accepts only some of them.
   */
  async function queueOf(
    ids: readonly string[],
    takes: (id: string) => boolean,
    {
      undeletable = false,
      endless = false,
      perCall = 10,
      change = (_: string): object => ({}),
    } = {},
  ) {
    let next = 0;
    service = await startScriptedService(({ action, input }) => {
      if (action === "ReceiveMessage") {
        const some = ids.slice(next, next + perCall);
        next = endless ? 0 : next + perCall;
        return { body: { Messages: some.map((id) => ({ ...messageOf(id), ...change(id) })) } };
      }
      if (action === "SendMessageBatch") return { body: sent(input, ids, takes) };
      if (action === "DeleteMessageBatch" && undeletable) {
        return { body: { Successful: [], Failed: [{ Id: "0", Code: "X", SenderFault: false }] } };
      }
      return { body: { Successful: [] } };
    });
    sqs = new SQSClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      md5: false,
    });
    return { sqs, queueUrl: `${service.endpoint}/1/dead-letters` };
  }

  const entriesOf = (action: string) =>
    service.calls
      .filter((call) => call.action === action)
      .flatMap(({ input }) => input["Entries"] as Entry[]);

  it("redrive deletes only what the queue accepted, releases the rest, and reports it", async () => {
    const reader = await queueOf(["a", "b", "c"], (id) => id !== "b");
    const moved = redrive(reader, all);
    await expect(moved).rejects.toMatchObject({
      code: "dead-letter-unavailable",
      message:
        "queue accepted 2 of 3 messages: too long. The others stay in the dead-letter queue.",
    });
    expect(entriesOf("DeleteMessageBatch").map(({ ReceiptHandle }) => ReceiptHandle)).toEqual([
      "ra",
      "rc",
    ]);
    expect(entriesOf("ChangeMessageVisibilityBatch")).toContainEqual(
      expect.objectContaining({ ReceiptHandle: "rb", VisibilityTimeout: 0 }),
    );
  });

  it("redrive retries to delete what the queue accepted, and reports when that fails", async () => {
    const moved = redrive(await queueOf(["a", "b"], () => true, { undeletable: true }), all);
    await expect(moved).rejects.toThrow(/Moved, but not deleted from \S+: 1 message\./);
    expect(entriesOf("DeleteMessageBatch").map(({ ReceiptHandle }) => ReceiptHandle)).toEqual([
      "ra",
      "rb",
      "ra",
      "ra",
    ]);
  });

  it("redrive reports both what was not accepted and what could not be deleted", async () => {
    const moved = redrive(
      await queueOf(["a", "b"], (id) => id === "a", { undeletable: true }),
      all,
    );
    await expect(moved).rejects.toThrow(
      /accepted 1 of 2 messages: too long.*Moved, but not deleted from \S+: 1 message\./,
    );
    const released = entriesOf("ChangeMessageVisibilityBatch").map(
      ({ ReceiptHandle }) => ReceiptHandle,
    );
    expect(released).toContain("rb");
  });

  it("redrive moves both old copies of a delivery, but not one that failed again during the redrive", async () => {
    const copies = (sentMs: number) => ({
      change: (id: string) => ({
        Body: "the same",
        Attributes: { SentTimestamp: String(id === "a" ? NOW_MS - 9 : sentMs) },
      }),
    });
    const before = await queueOf(["a", "b"], () => true, { ...copies(NOW_MS - 5), perCall: 1 });
    expect(countsOf(await redrive(before, all))).toEqual({ moved: 2, kept: 0, failedAgain: 0 });
    sqs.destroy();
    await service.stop();
    const meanwhile = await queueOf(["a", "b"], () => true, { ...copies(NOW_MS + 5), perCall: 1 });
    expect(countsOf(await redrive(meanwhile, all))).toEqual({ moved: 1, kept: 0, failedAgain: 1 });
  });

  it("redrive ends although the kept messages are received again, and counts each once", async () => {
    const reader = await queueOf(["a", "b"], () => true, { endless: true });
    expect(countsOf(await redrive(reader, { ...all, wanted: () => false }))).toEqual({
      moved: 0,
      kept: 2,
      failedAgain: 0,
    });
    expect(await readDeadLetters(reader)).toHaveLength(2);
  });

  it("redrive sends a message with its original attributes, and since when it is a dead letter", async () => {
    await redrive(await queueOf(["a"], () => true), all);
    expect(entriesOf("SendMessageBatch")).toEqual([
      {
        Id: "0",
        MessageBody: "body a",
        MessageAttributes: { node_id: text("n"), rainhooks_dead_since: text("1700000000000") },
      },
    ]);
  });

  it.each([
    [
      "as it was kept by an earlier redrive",
      { rainhooks_dead_since: "1600000000000" },
      "1600000000000",
    ],
    [
      "not where there is no room for it",
      Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((index) => [`a${index}`, "b"])),
      undefined,
    ],
  ])("redrive keeps since when it is a dead letter, %s", async (_, attributes, since) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, text(value)]),
    );
    const { moved } = await redrive(
      await queueOf(["a"], () => true, { change: () => ({ MessageAttributes }) }),
      all,
    );
    expect(moved).toHaveLength(1);
    const [entry] = entriesOf("SendMessageBatch");
    expect(entry?.MessageAttributes?.["rainhooks_dead_since"]?.StringValue).toBe(since);
  });

  it("redrive releases what it examined and did not move", async () => {
    const reader = await queueOf(["a", "b", "c"], () => true);
    const wanted = ({ errorCode }: { errorCode: string | undefined }) => errorCode === "code of b";
    expect(countsOf(await redrive(reader, { ...all, wanted }))).toEqual({
      moved: 1,
      kept: 2,
      failedAgain: 0,
    });
    expect(entriesOf("DeleteMessageBatch").map(({ ReceiptHandle }) => ReceiptHandle)).toEqual([
      "rb",
    ]);
    expect(
      entriesOf("ChangeMessageVisibilityBatch").map(({ ReceiptHandle }) => ReceiptHandle),
    ).toEqual(["ra", "rc"]);
  });
});

const countsOf = ({ moved, kept, back }: RedriveResult) => ({
  moved: moved.length,
  kept: kept.length,
  failedAgain: back.length,
});

const NOW_MS = 1_800_000_000_000;
const all = { toQueueUrl: "queue", wanted: () => true, limit: 10, nowMs: () => NOW_MS };

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle?: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}

const text = (StringValue: string) => ({ DataType: "String", StringValue });

function messageOf(id: string) {
  return {
    MessageId: id,
    ReceiptHandle: `r${id}`,
    Body: `body ${id}`,
    Attributes: { SentTimestamp: "1700000000000" },
    MessageAttributes: {
      node_id: text("n"),
      reason: text("it failed"),
      error_code: text(`code of ${id}`),
      webhook: text("hello"),
    },
  };
}

function sent(input: ServiceCall["input"], ids: readonly string[], takes: (id: string) => boolean) {
  const entries = (input["Entries"] as Entry[]).map(({ Id }) => Id);
  const isTaken = (Id: string) => takes(ids[Number(Id)] ?? "");
  return {
    Successful: entries.filter(isTaken).map((Id) => ({ Id, MessageId: Id, MD5OfMessageBody: "" })),
    Failed: entries
      .filter((Id) => !isTaken(Id))
      .map((Id) => ({ Id, Code: "X", Message: "too long", SenderFault: true })),
  };
}
