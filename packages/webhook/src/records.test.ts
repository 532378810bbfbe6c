import { describe, expect, it, test } from "@jest/globals";
import { deliveryOf, rawSqsRecordOf } from "@rainhooks/testing/samples";
import { readInvocation } from "./records.ts";

describe("an invocation from a queue", () => {
  const record = rawSqsRecordOf(deliveryOf("body", { id: "d" }));

  it("an invocation from a queue is read as it would be in a queue", () => {
    const raw = {
      ...record,
      attributes: { ...record.attributes, ApproximateReceiveCount: "4" },
      messageAttributes: {
        text: { dataType: "String", stringValue: "t" },
        bytes: { dataType: "Binary", binaryValue: "Yg==" },
        none: { dataType: "String" },
        odd: "text",
      },
    };
    expect(readInvocation({ Records: [raw] })).toEqual([
      {
        id: "sqs-d",
        raw,
        receiptHandle: "handle",
        queueName: "some-queue",
        receives: 4,
        firstReceivedMs: 1_700_000_000_123,
        queuedAtMs: 1_700_000_000_123,
        queued: {
          body: "body",
          attributes: {
            text: { DataType: "String", StringValue: "t" },
            bytes: { DataType: "Binary", BinaryValue: Buffer.from("b") },
          },
        },
      },
    ]);
  });

  it("an invocation without attributes counts as received once, at an unknown time", () => {
    const { attributes: _, messageAttributes: __, ...bare } = record;
    expect(readInvocation({ Records: [bare] })).toMatchObject([
      { receives: 1, queuedAtMs: 0, queued: { body: "body", attributes: {} } },
    ]);
  });
});

test.each([
  ["nothing", undefined],
  ["a list", []],
  ["records that are no list", { Records: "text" }],
  ["no records", { Records: [] }],
  ["a record among others that is none", { Records: [{ messageId: "1" }, 5] }],
])("an invocation with %s is refused", (_, event) => {
  expect(() => readInvocation(event)).toThrow(
    expect.objectContaining({
      code: "record-malformed",
      permanent: true,
      message: "The function was invoked with an event that has no SQS records.",
    }),
  );
});
