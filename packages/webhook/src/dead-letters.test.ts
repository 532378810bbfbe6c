import { createHash } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { messageBytes } from "@rainhooks/sinks/sqs/message";
import {
  type ScriptedService,
  type ServiceCall,
  type ServiceResponse,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import { type DeadLetter, deadLetterQueue } from "./dead-letters.ts";

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageAttributes: Record<string, { StringValue: string; DataType: string }>;
}

function entriesOf(call: ServiceCall): Entry[] {
  return call.input["Entries"] as Entry[];
}

/** A response of SQS with the checksum that its client verifies. */
function accept(
  call: ServiceCall,
  refuse: (entry: Entry) => boolean = () => false,
): ServiceResponse {
  const entries = entriesOf(call);
  const Successful = entries
    .filter((entry) => !refuse(entry))
    .map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
    }));
  const Failed = entries
    .filter(refuse)
    .map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false }));
  return { body: { Successful, Failed } };
}

describe("deadLetterQueue", () => {
  let service: ScriptedService;

  async function queueOn(respond: (call: ServiceCall) => ServiceResponse) {
    service = await startScriptedService(respond);
    const client = async () =>
      new SQSClient({
        endpoint: service.endpoint,
        region: "us-east-1",
        credentials: { accessKeyId: "t", secretAccessKey: "t" },
        maxAttempts: 1,
      });
    return deadLetterQueue({ queueUrl: `${service.endpoint}/0/dead`, webhook: "hello", client });
  }

  afterEach(() => service.stop());

  function letter(
    id: string,
    body = `body of ${id}`,
    attributes: DeadLetter["message"]["attributes"] = {},
  ): DeadLetter {
    const error = new RainhooksError("data-invalid", `wrong: ${id}`, { permanent: true });
    return { id, message: { body, attributes }, error };
  }

  it("deadLetterQueue sends the record as it was, with reason, error code and webhook", async () => {
    const send = await queueOn((call) => accept(call));
    const attributes = { node_id: { DataType: "String", StringValue: "n1" } };
    expect(await send([letter("1", "raw body", attributes)])).toEqual([]);
    expect(service.calls.flatMap(entriesOf)).toEqual([
      {
        Id: "0",
        MessageBody: "raw body",
        MessageAttributes: {
          node_id: { DataType: "String", StringValue: "n1" },
          reason: { DataType: "String", StringValue: "wrong: 1" },
          error_code: { DataType: "String", StringValue: "data-invalid" },
          webhook: { DataType: "String", StringValue: "hello" },
        },
      },
    ]);
  });

  it("deadLetterQueue keeps to ten messages and 256 KiB a call, and to ten attributes a message", async () => {
    const send = await queueOn((call) => accept(call));
    const many = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [
        `a${index}`,
        { DataType: "String", StringValue: "x" },
      ]),
    );
    const letters = Array.from({ length: 12 }, (_, index) => letter(String(index), "small", many));
    expect(
      await send([
        ...letters,
        letter("big", "ü".repeat(127 * 1024)),
        letter("big too", "x".repeat(255 * 1024)),
      ]),
    ).toEqual([]);
    expect(service.calls.map((call) => entriesOf(call).length).sort()).toEqual([1, 10, 3].sort());
    for (const call of service.calls) {
      const bytes = entriesOf(call).map(({ MessageBody: body, MessageAttributes: attributes }) =>
        messageBytes({ body, attributes }),
      );
      expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(256 * 1024);
    }
    for (const { MessageAttributes } of service.calls.flatMap(entriesOf)) {
      expect(Object.keys(MessageAttributes).length).toBeLessThanOrEqual(10);
      expect(MessageAttributes).toHaveProperty("reason");
    }
  });

  it("deadLetterQueue counts the bytes of attributes and their names", async () => {
    const send = await queueOn((call) => accept(call));
    const attribute = { DataType: "String", StringValue: "€".repeat(10 * 1024) };
    const many = Object.fromEntries(
      Array.from({ length: 7 }, (_, index) => [`a${index}`, attribute]),
    );
    await send([letter("1", "x", many), letter("2", "x", many)]);
    expect(service.calls.map((call) => entriesOf(call).length)).toEqual([1, 1]);
  });

  it("deadLetterQueue escapes characters that SQS rejects, in the reason and in the body: JSON keeps its meaning", async () => {
    const send = await queueOn((call) => accept(call));
    const error = new RainhooksError("data-invalid", `\u0000\ud800${"long ".repeat(500)}`, {
      permanent: true,
    });
    const body = JSON.stringify({ a: "\u{1f600} \ufffe" });
    await send([{ id: "1", message: { body: `${body}\u0001\ud83d`, attributes: {} }, error }]);
    const [entry] = service.calls.flatMap(entriesOf);
    const reason = entry?.MessageAttributes["reason"]?.StringValue ?? "";
    expect(reason.startsWith("\\u0000\ufffdlong")).toBe(true);
    expect(entry?.MessageBody).toBe('{"a":"\u{1f600} \\ufffe"}\\u0001\\ud83d');
    expect(JSON.parse(entry?.MessageBody.slice(0, body.length + 5) ?? "")).toEqual(
      JSON.parse(body),
    );
  });

  it("deadLetterQueue cuts a reason to 1024 characters, and lets its own attributes go before those of the record", async () => {
    const send = await queueOn((call) => accept(call));
    const error = new RainhooksError("data-invalid", "x".repeat(2000), { permanent: true });
    const attributes = { reason: { DataType: "String", StringValue: "of the record" } };
    await send([{ id: "1", message: { body: "b", attributes }, error }]);
    const [entry] = service.calls.flatMap(entriesOf);
    expect(entry?.MessageAttributes["reason"]?.StringValue).toBe("x".repeat(1024));
  });

  it("deadLetterQueue names the queue that accepted no message, and the reason", async () => {
    const refusing = await queueOn((call) => accept(call, () => true));
    const [refused] = await refusing([letter("1")]);
    expect(refused?.error.message).toMatch(
      /^Dead-letter queue http.*\/0\/dead accepted no message: InternalError: .*The record stays in its queue\.$/,
    );
    await service.stop();
    const failing = await queueOn(() => ({
      status: 500,
      body: { __type: "InternalFailure", message: "down" },
    }));
    const [failed] = await failing([letter("1")]);
    expect(failed?.error.message).toContain("accepted no message: down. The record stays");
    expect(failed?.error.cause).toBeInstanceOf(Error);
  });

  it("deadLetterQueue returns the dead letters that the queue rejected", async () => {
    const send = await queueOn((call) =>
      accept(call, ({ MessageBody }) => MessageBody === "body of 2"),
    );
    expect(await send(["1", "2", "3"].map((id) => letter(id)))).toMatchObject([
      { id: "2", error: { code: "dead-letter-unavailable", permanent: false } },
    ]);
  });

  it("deadLetterQueue returns all dead letters of a failed call", async () => {
    const send = await queueOn(() => ({ status: 500, body: { __type: "InternalFailure" } }));
    expect((await send(["1", "2"].map((id) => letter(id)))).map(({ id }) => id)).toEqual([
      "1",
      "2",
    ]);
  });
});
