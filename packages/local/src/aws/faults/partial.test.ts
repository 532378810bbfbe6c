import { describe, expect, it } from "@jest/globals";
import { partialCall } from "./partial.ts";

/** Fails every second entry, starting with the first. */
function everySecond(): () => boolean {
  let count = 0;
  return () => count++ % 2 === 0;
}

describe("partialCall", () => {
  it("partialCall reports each Firehose record at its position", () => {
    const part = partialCall("PutRecordBatch", { Records: ["a", "b", "c"] }, everySecond());
    expect(part?.forwarded).toEqual({ Records: ["b"] });
    expect(
      part?.toResponse({ FailedPutCount: 0, RequestResponses: [{ RecordId: "1" }] }),
    ).toMatchObject({
      FailedPutCount: 2,
      RequestResponses: [
        { ErrorCode: expect.any(String) },
        { RecordId: "1" },
        { ErrorCode: expect.any(String) },
      ],
    });
  });

  it("partialCall returns the items that are not forwarded to DynamoDB, and those it did not process", () => {
    const input = { RequestItems: { t: [1, 2, 3], u: [4] } };
    const part = partialCall("BatchWriteItem", input, everySecond());
    expect(part?.forwarded).toEqual({ RequestItems: { t: [2], u: [4] } });
    expect(part?.toResponse({ UnprocessedItems: { u: [4] } })).toMatchObject({
      UnprocessedItems: { t: [1, 3], u: [4] },
    });
  });

  it("partialCall returns the keys that are not forwarded to DynamoDB, with their other options", () => {
    const input = { RequestItems: { t: { Keys: [1, 2], ConsistentRead: true } } };
    const part = partialCall("BatchGetItem", input, everySecond());
    expect(part?.forwarded).toEqual({ RequestItems: { t: { Keys: [2], ConsistentRead: true } } });
    expect(part?.toResponse({ Responses: { t: [] } })).toEqual({
      Responses: { t: [] },
      UnprocessedKeys: { t: { Keys: [1], ConsistentRead: true } },
    });
  });

  it("partialCall reports each SQS entry by its id", () => {
    const input = { QueueUrl: "q", Entries: [{ Id: "0" }, { Id: "1" }] };
    const part = partialCall("SendMessageBatch", input, everySecond());
    expect(part?.forwarded).toEqual({ QueueUrl: "q", Entries: [{ Id: "1" }] });
    expect(part?.toResponse({ Successful: [{ Id: "1" }] })).toMatchObject({
      Successful: [{ Id: "1" }],
      Failed: [{ Id: "0", SenderFault: false }],
    });
  });

  it("partialCall forwards nothing when every entry fails, and ignores calls without entries", () => {
    expect(
      partialCall("PutRecordBatch", { Records: ["a"] }, () => true)?.forwarded,
    ).toBeUndefined();
    expect(partialCall("GetItem", { Key: {} }, () => true)).toBeUndefined();
  });
});
