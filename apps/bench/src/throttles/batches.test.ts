import { describe, expect, it } from "@jest/globals";
import { batchOf } from "./batches.ts";

const second = (_: unknown, index: number) => index === 1;

describe("batchOf", () => {
  it("reports a refused record of Firehose at its position", () => {
    const batch = batchOf("PutRecordBatch", { DeliveryStreamName: "s", Records: ["a", "b", "c"] });
    expect(batch?.entries).toEqual([{ resource: "s" }, { resource: "s" }, { resource: "s" }]);
    expect(batch?.inputOf(second)).toMatchObject({ Records: ["b"] });
    expect(
      batch?.responseOf({ FailedPutCount: 0, RequestResponses: [{ RecordId: "1" }] }, second),
    ).toMatchObject({
      FailedPutCount: 2,
      RequestResponses: [
        { ErrorCode: expect.any(String) },
        { RecordId: "1" },
        { ErrorCode: expect.any(String) },
      ],
    });
  });

  it("returns refused items of DynamoDB as unprocessed, by table", () => {
    const batch = batchOf("BatchWriteItem", { RequestItems: { t: [1, 2], u: [3] } });
    expect(batch?.entries.map(({ resource }) => resource)).toEqual(["t/writes", "t/writes", "u/writes"]);
    expect(batch?.inputOf(second)).toEqual({ RequestItems: { t: [2] } });
    expect(batch?.responseOf({ UnprocessedItems: {} }, second)).toEqual({
      UnprocessedItems: { t: [1], u: [3] },
    });
  });

  it("keeps the options of keys", () => {
    const batch = batchOf("BatchGetItem", { RequestItems: { t: { Keys: [1, 2], ConsistentRead: true } } });
    expect(batch?.inputOf(second)).toEqual({ RequestItems: { t: { Keys: [2], ConsistentRead: true } } });
    expect(batch?.responseOf({}, second)).toEqual({
      UnprocessedKeys: { t: { Keys: [1], ConsistentRead: true } },
    });
  });

  it("is nothing for a call of one item", () => {
    expect(batchOf("PutItem", { Item: {} })).toBeUndefined();
  });
});
