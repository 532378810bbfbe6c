import { describe, expect, it, test } from "@jest/globals";
import {
  deliveryOf,
  RAW_SNS_RECORD,
  rawSqsRecordOf,
  sqsRecordOf,
} from "@rainhooks/testing/samples";
import { readDelivery } from "./read.ts";

describe("readDelivery", () => {
  it("readDelivery accepts a record of SNS → Lambda", () => {
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

  it("readDelivery reads the SNS envelope out of an SQS record", () => {
    const delivery = deliveryOf(
      { any: "body" },
      { topic: "some-topic", attributes: { node_id: "n1" } },
    );
    expect(readDelivery(sqsRecordOf(delivery))).toEqual(delivery);
  });

  it("readDelivery reads an SQS record with raw message delivery; its id and time are those of SQS", () => {
    const delivery = deliveryOf({ any: "body" }, { attributes: { node_id: "n1" } });
    expect(readDelivery(rawSqsRecordOf(delivery))).toEqual({
      ...delivery,
      id: `sqs-${delivery.id}`,
    });
  });

  it("readDelivery accepts any body of an SQS record, so that nothing is lost before it is archived", () => {
    expect(readDelivery(rawSqsRecordOf(deliveryOf("not JSON"))).body).toBe("not JSON");
  });

  test.each([
    ["of another type", { Type: "SubscriptionConfirmation" }],
    ["without a message", { Message: undefined }],
    ["without a topic", { TopicArn: undefined }],
  ])("readDelivery treats an SQS body that looks like an SNS envelope %s as raw", (_, change) => {
    const record = sqsRecordOf(deliveryOf("{}"));
    const body = JSON.stringify({ ...JSON.parse(record.body), ...change });
    expect(readDelivery({ ...record, body })).toMatchObject({ body, topic: undefined });
  });

  it("readDelivery reads attributes of raw messages in any form", () => {
    const record = rawSqsRecordOf(deliveryOf("{}"));
    const messageAttributes = {
      text: { dataType: "String", stringValue: "t" },
      bytes: { dataType: "Binary", binaryValue: "Yg==" },
      none: { dataType: "String" },
    };
    expect(readDelivery({ ...record, messageAttributes }).attributes).toEqual({
      text: "t",
      bytes: "Yg==",
      none: "",
    });
    const { messageAttributes: _, attributes: __, ...bare } = record;
    expect(readDelivery(bare)).toMatchObject({ attributes: {}, sentAtMs: 0 });
  });

  it("readDelivery reads attributes of an SNS message in any form", () => {
    const read = (MessageAttributes: unknown) =>
      readDelivery({ Sns: { ...RAW_SNS_RECORD.Sns, MessageAttributes } }).attributes;
    expect(read({ good: { Value: "v" }, number: { Value: 5 }, text: "v", none: null })).toEqual({
      good: "v",
      number: "",
      text: "",
      none: "",
    });
    expect(read(undefined)).toEqual({});
    expect(read(null)).toEqual({});
    expect(read("text")).toEqual({});
  });

  it("readDelivery accepts a record without a topic", () => {
    const { TopicArn: _, ...Sns } = RAW_SNS_RECORD.Sns;
    expect(readDelivery({ Sns }).topic).toBeUndefined();
  });

  it("readDelivery names an unknown record, and the missing fields of a notification", () => {
    expect(() => readDelivery("text")).toThrow(
      'Not an SNS or SQS record: "text". Is the function subscribed to something else?',
    );
    expect(() => readDelivery({ Sns: {} })).toThrow(
      "The SNS notification has no MessageId, Message or Timestamp, so it did not come from SNS.",
    );
  });

  test.each([
    ["an SQS record without an id", { body: "{}" }],
    ["an SQS record without a body", { messageId: "1" }],
    [
      "an SNS record without an id",
      { Sns: { Message: "{}", Timestamp: "2021-01-20T15:18:54.702Z" } },
    ],
    ["an SNS record of no time", { Sns: { MessageId: "1", Message: "{}", Timestamp: "soon" } }],
    [
      "an SNS record of a time that is a number",
      { Sns: { MessageId: "1", Message: "{}", Timestamp: 5 } },
    ],
    ["a Kinesis record", { kinesis: { data: "e30=" } }],
    ["nothing", undefined],
    [
      "an SNS record without a message",
      { Sns: { MessageId: "1", Timestamp: "2021-01-20T15:18:54.702Z" } },
    ],
    ["an SNS record without a time", { Sns: { MessageId: "1", Message: "{}" } }],
  ])("readDelivery refuses %s", (_, record) => {
    expect(() => readDelivery(record)).toThrow(
      expect.objectContaining({ code: "record-malformed", permanent: true }),
    );
  });
});
