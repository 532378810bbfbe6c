import type { SNSEventRecord, SQSRecord } from "aws-lambda";

/** A delivery; this package imports nothing from the workspace, so it declares its own type. */
export interface SampleDelivery {
  readonly id: string;
  readonly sentAtMs: number;
  readonly topic: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The only complete public Lambda event of RainMaker: espressif/esp-rainmaker-webhooks,
 * aws_events/snsevent.json.
 */
export const RAW_SNS_RECORD = {
  EventSource: "aws:sns",
  EventVersion: "1.0",
  EventSubscriptionArn:
    "arn:aws:sns:us-east-1:246098634217:esp_rainmaker_sns_user_node_association:1b5c75ab-708d-4724-9cc3-8bac20650bcf",
  Sns: {
    Type: "Notification",
    MessageId: "47f807ce-d355-534e-9d3f-5f4c9f4be5a8",
    TopicArn: "arn:aws:sns:us-east-1:246098634217:esp_rainmaker_sns_user_node_association",
    Subject: "None",
    Message:
      '{"EventVersion":"v1","Id":"RainmakeEventId","EventType":"rmaker.event.user_node_associated","Timestamp":"01-20-2021 15:18:54","Description":"5c75d6be-4a95-4065-951b-9519664f6498(User) thing3(Node) mapping added successfully","EventData":{"UserId":"5c75d6be-4a95-4065-951b-9519664f6498","UserRole":"primary","Nodes":["thing3"]}}',
    Timestamp: "2021-01-20T15:18:54.702Z",
    SignatureVersion: "1",
    Signature: "FizZ",
    SigningCertUrl: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem",
    UnsubscribeUrl: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    MessageAttributes: {
      event_type: { Type: "String", Value: "rmaker.event.user_node_associated" },
      user_id: { Type: "String", Value: "5c75d6be-4a95-4065-951b-9519664f6498" },
      node_id: { Type: "String", Value: "thing3" },
    },
  },
} as const satisfies SNSEventRecord & { Sns: { Type: string } };

/** The sample event in the README of espressif/esp-rainmaker-webhooks and in its app.py. */
export const README_EVENT = {
  EventVersion: "v1",
  Id: "RainmakeEventId",
  EventType: "rmaker.event.node_connected",
  Timestamp: "01-29-2021 04:32:27",
  Description:
    "5c75d6be-4a95-4065-951b-9519664f6498(User)'s (Node)thing3 disconnection status is false",
  EventData: { UserId: "5c75d6be-4a95-4065-951b-9519664f6498", NodeId: "thing3", Connected: true },
} as const;

let deliveries = 0;

/** Creates a delivery with a body; an object is converted to JSON. */
export function deliveryOf(body: unknown, overrides: Partial<SampleDelivery> = {}): SampleDelivery {
  deliveries += 1;
  return {
    id: `delivery-${deliveries}`,
    sentAtMs: 1_700_000_000_123,
    topic: undefined,
    attributes: {},
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...overrides,
  };
}

/** Creates the SQS record of a delivery in the SNS envelope. */
export function sqsRecordOf(delivery: SampleDelivery): SQSRecord {
  const attributes = Object.entries(delivery.attributes).map(([name, Value]) => [
    name,
    { Type: "String", Value },
  ]);
  return {
    ...rawSqsRecordOf(delivery),
    messageAttributes: {},
    body: JSON.stringify({
      Type: "Notification",
      MessageId: delivery.id,
      TopicArn: `arn:aws:sns:us-east-1:000000000000:${delivery.topic ?? "some-topic"}`,
      Message: delivery.body,
      Timestamp: new Date(delivery.sentAtMs).toISOString(),
      MessageAttributes: Object.fromEntries(attributes),
    }),
  };
}

/** Creates the SQS record of a delivery with raw message delivery. */
export function rawSqsRecordOf(delivery: SampleDelivery): SQSRecord {
  const attributes = Object.entries(delivery.attributes).map(([name, stringValue]) => [
    name,
    { stringValue, dataType: "String", stringListValues: [], binaryListValues: [] },
  ]);
  return {
    messageId: `sqs-${delivery.id}`,
    receiptHandle: "handle",
    body: delivery.body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(delivery.sentAtMs),
      SenderId: "sns",
      ApproximateFirstReceiveTimestamp: String(delivery.sentAtMs),
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:some-queue",
    awsRegion: "us-east-1",
  };
}
