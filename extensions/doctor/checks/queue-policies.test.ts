import { expect, test } from "@jest/globals";
import type { JsonValue } from "@rainhooks/core/json";
import { maySend } from "./messages.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:esp_rainmaker_sns_node_connected";
const SNS = { Service: "sns.amazonaws.com" };
const allow = (changes: Record<string, JsonValue>): JsonValue => ({
  Statement: [
    {
      ...{ Effect: "Allow", Principal: SNS, Action: "sqs:SendMessage", Resource: "*" },
      Condition: { ArnEquals: { "aws:SourceArn": [TOPIC] } },
      ...changes,
    },
    {
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});

test.each<[string, JsonValue]>([
  ["its ARN", allow({})],
  ["its ARN as one text", allow({ Condition: { ArnEquals: { "AWS:SourceArn": TOPIC } } })],
  ["a pattern of ARNs", allow({ Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:esp_*" } } })],
  ["everybody, and every call", allow({ Principal: { AWS: "*" }, Action: ["SQS:*"], Condition: {} })],
])("a policy with %s lets a topic send", (_, policy) => {
  expect(maySend(policy, TOPIC)).toBe(true);
});

test.each<[string, JsonValue | undefined]>([
  ["no policy", undefined],
  ["a policy without statements", {}],
  ["another topic", allow({ Condition: { ArnEquals: { "aws:SourceArn": `${TOPIC}2` } } })],
  ["another service", allow({ Principal: { Service: "events.amazonaws.com" } })],
  ["another call", allow({ Action: "sqs:ReceiveMessage" })],
])("%s does not", (_, policy) => {
  expect(maySend(policy, TOPIC)).toBe(false);
});
