import { describe, expect, it, test } from "@jest/globals";
import { deliveryOf, RAW_SNS_RECORD, rawSqsRecordOf, sqsRecordOf } from "@rainhooks/testing";
import { readDelivery } from "./read.ts";

describe("readDelivery", () => {
  it("reads a record of SNS → Lambda", () => {
    expect(readDelivery(RAW_SNS_RECORD)).toEqual({
      id: "47f807ce-d355-534e-9d3f-5f4c9f4be5a8",
      sentAtMs: Date.UTC(2021, 0, 20, 15, 18, 54, 702),
      topic: "esp_rainmaker_sns_user_node_association",
      attributes: {
        event_type: "rmaker.event.user_node_associated",
        user_id: "5c75d6be-4a95-4065-951b-9519664f6498",
        node_id: "thing3",
      },
      body: RAW_SNS_RECORD.Sns.Message,
    });
  });

  it("reads the SNS envelope out of an SQS record", () => {
    const delivery = deliveryOf({ any: "body" }, { topic: "some-topic", attributes: { node_id: "n1" } });
    expect(readDelivery(sqsRecordOf(delivery))).toEqual(delivery);
  });

  it("reads an SQS record with raw message delivery; its id and time are those of SQS", () => {
    const delivery = deliveryOf({ any: "body" }, { attributes: { node_id: "n1" } });
    expect(readDelivery(rawSqsRecordOf(delivery))).toEqual({ ...delivery, id: `sqs-${delivery.id}` });
  });

  it("accepts any body of an SQS record, so that nothing is lost before it is archived", () => {
    expect(readDelivery(rawSqsRecordOf(deliveryOf("not JSON"))).body).toBe("not JSON");
  });

  test.each([
    ["a Kinesis record", { kinesis: { data: "e30=" } }],
    ["nothing", undefined],
    ["an SNS record without a message", { Sns: { MessageId: "1", Timestamp: "2021-01-20T15:18:54.702Z" } }],
    ["an SNS record without a time", { Sns: { MessageId: "1", Message: "{}" } }],
  ])("refuses %s", (_, record) => {
    expect(() => readDelivery(record)).toThrow(
      expect.objectContaining({ code: "record-malformed", permanent: true }),
    );
  });
});
