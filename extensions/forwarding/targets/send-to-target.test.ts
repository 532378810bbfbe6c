import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import {
  type ScriptedService,
  type ServiceResponse,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import { useReceivers } from "../testing/receivers.ts";
import { alertTo } from "../testing/samples.ts";
import { targetSender } from "./send-to-target.ts";
import { readTarget } from "./target.ts";

const { senderWith } = useReceivers();
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

const ARNS = {
  queue: "arn:aws:sqs:eu-west-1:123456789012:orders",
  fifo: "arn:aws:sqs:eu-west-1:123456789012:orders.fifo",
  topic: "arn:aws:sns:eu-west-1:123456789012:alerts",
  bus: "arn:aws:events:eu-west-1:123456789012:event-bus/factory",
};

describe("a target", () => {
  let service: ScriptedService;
  let response: ServiceResponse;
  const environment = { ...process.env };
  beforeEach(async () => {
    response = { body: {} };
    service = await startScriptedService(({ action, input }) =>
      action === "SendMessage" && response.status === undefined
        ? { body: { MessageId: "1", MD5OfMessageBody: md5(String(input["MessageBody"])) } }
        : response,
    );
    process.env["AWS_ENDPOINT_URL"] = service.endpoint;
    process.env["AWS_ACCESS_KEY_ID"] = "a";
    process.env["AWS_SECRET_ACCESS_KEY"] = "b";
  });
  afterEach(async () => {
    process.env = { ...environment };
    await service.stop();
  });

  function send(name: keyof typeof ARNS, settings: object = {}) {
    const targets = new Map(Object.entries(ARNS).map(([key, arn]) => [key, readTarget(arn)]));
    const toTarget = targetSender(targets);
    const sender = senderWith({ toTarget, source: "/rainhooks/dev" });
    const request = alertTo("https://unused.example.com", {
      settings: { url: `target:${name}`, ...settings },
    });
    const secrets = () => Promise.reject(new Error("A target has no secrets."));
    return sender.sendOnce({ ...request, secrets });
  }

  it("a target that is a queue gets the body, and attributes to filter by", async () => {
    const { outcome, record } = await send("queue");
    expect(outcome).toEqual({ kind: "delivered" });
    expect(record).toMatchObject({
      method: "SendMessage",
      url: "target:queue",
      outcome: "delivered",
    });
    const [call] = service.calls;
    expect(call).toMatchObject({
      action: "SendMessage",
      input: {
        QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
        MessageAttributes: {
          "webhook-id": { DataType: "String", StringValue: "evt_1" },
          event_type: { DataType: "String", StringValue: "rmaker.event.alert" },
          node_id: { DataType: "String", StringValue: "n1" },
        },
      },
    });
    expect(JSON.parse(String(call?.input["MessageBody"]))).toMatchObject({
      type: "rmaker.event.alert",
      data: { nodeId: "n1" },
    });
    expect(call?.input).not.toHaveProperty("MessageGroupId");
  });

  it("a target that is a FIFO queue gets the events of a node in a group, each once", async () => {
    await send("fifo");
    expect(service.calls[0]?.input).toMatchObject({
      MessageGroupId: "n1",
      MessageDeduplicationId: "evt_1",
    });
  });

  it("a target that is a bus gets an event with its type; a body that is not an object is wrapped in one", async () => {
    response = { body: { FailedEntryCount: 0, Entries: [{ EventId: "1" }] } };
    expect((await send("bus")).record).toMatchObject({ method: "PutEvents", outcome: "delivered" });
    await send("bus", { format: "template", template: '["{{nodeId}}"]' });
    const entries = service.calls.map(
      ({ input }) => (input["Entries"] as Record<string, string>[])[0],
    );
    expect(entries[0]).toMatchObject({
      EventBusName: ARNS.bus,
      Source: "/rainhooks/dev",
      DetailType: "rmaker.event.alert",
    });
    expect(JSON.parse(entries[0]?.["Detail"] ?? "")).toMatchObject({ data: { nodeId: "n1" } });
    expect(JSON.parse(entries[1]?.["Detail"] ?? "")).toEqual({ body: '["n1"]' });
  });

  it("a request to a bus that refuses the event fails", async () => {
    response = {
      body: {
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: "InternalFailure", ErrorMessage: "later" }],
      },
    };
    expect((await send("bus")).outcome).toEqual({
      kind: "failed",
      reason: "Target bus did not take the event: InternalFailure: later",
    });
  });

  test.each([
    ["queue", "InternalError", 500, "failed"],
    ["queue", "ThrottlingException", 400, "failed"],
    ["queue", "ExpiredTokenException", 403, "failed"],
    ["queue", "com.amazonaws.sqs#InvalidMessageContents", 400, "impossible"],
    ["queue", "InvalidParameterValue", 400, "impossible"],
    ["queue", "AccessDeniedException", 400, "gone"],
    ["queue", "com.amazonaws.sqs#QueueDoesNotExist", 400, "gone"],
  ] as const)(
    "a request to a %s that responds with %s is not tried again if that cannot help",
    async (name, code, status, kind) => {
      response = { status, body: { __type: code, message: "no" } };
      const { outcome, record } = await send(name);
      expect(outcome).toEqual({ kind, reason: `Target ${name} did not take the event: no` });
      expect(record).toMatchObject({
        outcome: kind,
        url: `target:${name}`,
        error: expect.any(String),
      });
    },
  );

  test.each(["InternalFailure", "MalformedDetail", "ResourceNotFoundException"] as const)(
    "a bus that refuses an entry with %s decides whether it is retried",
    async (code) => {
      const kinds = {
        InternalFailure: "failed",
        MalformedDetail: "impossible",
        ResourceNotFoundException: "gone",
      };
      response = {
        body: { FailedEntryCount: 1, Entries: [{ ErrorCode: code, ErrorMessage: "no" }] },
      };
      expect((await send("bus")).outcome.kind).toBe(kinds[code]);
    },
  );

  it("a target gets characters that SQS refuses as JSON escapes, and events of a node with an unusual id in a group", async () => {
    const text = "a\ufffeb\uffff";
    const nodeId = "my n\uffff";
    const request = alertTo("https://unused.example.com", {
      settings: { url: "target:fifo", format: "event" },
    });
    const [first] = request.events;
    if (first.event.type !== "rmaker.event.alert") throw new Error("It is an alert.");
    const event = { ...first.event, data: { ...first.event.data, nodeId, message: text } };
    const targets = new Map([["fifo", readTarget(ARNS.fifo)]]);
    const toTarget = targetSender(targets);
    await senderWith({ toTarget }).sendOnce({ ...request, events: [{ ...first, event }] });
    const input = service.calls[0]?.input ?? {};
    expect(JSON.stringify(input)).not.toMatch(/[\ufffe\uffff]/);
    expect(JSON.parse(String(input["MessageBody"])).data.message).toBe(text);
    expect(input["MessageGroupId"]).toMatch(/^[\w-]{43}$/);
  });

  it("a request to a target that the stage does not have fails", async () => {
    const sender = senderWith();
    const request = alertTo("https://unused.example.com", { settings: { url: "target:nowhere" } });
    expect((await sender.sendOnce(request)).outcome).toEqual({
      kind: "failed",
      reason: "The stage has no target nowhere",
    });
  });
});
