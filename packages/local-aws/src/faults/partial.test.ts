import { describe, expect, it } from "@jest/globals";
import { partialCall } from "./partial.ts";

/** Refuses every second entry, the first one included. */
function everySecond(): () => boolean {
  let count = 0;
  return () => count++ % 2 === 0;
}

describe("partialCall", () => {
  it("tells of each Firehose record in its place", () => {
    const part = partialCall("PutRecordBatch", { Records: ["a", "b", "c"] }, everySecond());
    expect(part?.forwarded).toEqual({ Records: ["b"] });
    expect(part?.toResponse({ FailedPutCount: 0, RequestResponses: [{ RecordId: "1" }] })).toMatchObject({
      FailedPutCount: 2,
      RequestResponses: [
        { ErrorCode: expect.any(String) },
        { RecordId: "1" },
        { ErrorCode: expect.any(String) },
      ],
    });
  });

  it("gives back the items that DynamoDB is not to write, and those that it left itself", () => {
    const input = { RequestItems: { t: [1, 2, 3], u: [4] } };
    const part = partialCall("BatchWriteItem", input, everySecond());
    expect(part?.forwarded).toEqual({ RequestItems: { t: [2], u: [4] } });
    expect(part?.toResponse({ UnprocessedItems: { u: [4] } })).toMatchObject({
      UnprocessedItems: { t: [1, 3], u: [4] },
    });
  });

  it("gives back the keys that DynamoDB is not to read, with what else was asked of them", () => {
    const input = { RequestItems: { t: { Keys: [1, 2], ConsistentRead: true } } };
    const part = partialCall("BatchGetItem", input, everySecond());
    expect(part?.forwarded).toEqual({ RequestItems: { t: { Keys: [2], ConsistentRead: true } } });
    expect(part?.toResponse({ Responses: { t: [] } })).toEqual({
      Responses: { t: [] },
      UnprocessedKeys: { t: { Keys: [1], ConsistentRead: true } },
    });
  });

  it("tells of each SQS entry by its id", () => {
    const input = { QueueUrl: "q", Entries: [{ Id: "0" }, { Id: "1" }] };
    const part = partialCall("SendMessageBatch", input, everySecond());
    expect(part?.forwarded).toEqual({ QueueUrl: "q", Entries: [{ Id: "1" }] });
    expect(part?.toResponse({ Successful: [{ Id: "1" }] })).toMatchObject({
      Successful: [{ Id: "1" }],
      Failed: [{ Id: "0", SenderFault: false }],
    });
  });

  it("lets nothing through when all is refused, and leaves calls without entries alone", () => {
    expect(partialCall("PutRecordBatch", { Records: ["a"] }, () => true)?.forwarded).toBeUndefined();
    expect(partialCall("GetItem", { Key: {} }, () => true)).toBeUndefined();
  });
});
