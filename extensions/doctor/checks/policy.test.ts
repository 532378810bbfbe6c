import { expect, test } from "@jest/globals";
import type { JsonValue } from "@rainhooks/core/json";
import { isClosed, maySend as maySendBy } from "./policy.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:esp_rainmaker_sns_node_connected";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:rainhooks-dev-archive";
const SNS = { Service: "sns.amazonaws.com" };
const OTHER_ORG = { "aws:PrincipalOrgID": "o-other" };
const maySend = (policy: JsonValue | undefined, queue = QUEUE) =>
  maySendBy(JSON.stringify(policy) ?? "", queue, TOPIC);
const allow = (changes: Record<string, JsonValue>, ...others: JsonValue[]): JsonValue => ({
  Statement: [
    {
      Effect: "Allow",
      Principal: SNS,
      Action: "sqs:SendMessage",
      Resource: "*",
      Condition: { ArnEquals: { "aws:SourceArn": [TOPIC] } },
      ...changes,
    },
    {
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: QUEUE,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    ...others,
  ],
});
const deny = (changes: Record<string, JsonValue>): JsonValue =>
  allow({}, { Effect: "Deny", Principal: "*", Action: "*", Resource: "*", ...changes });

test.each<[string, JsonValue]>([
  ["its ARN", allow({})],
  ["its ARN as one text", allow({ Condition: { ArnEquals: { "AWS:SourceArn": TOPIC } } })],
  [
    "a pattern of ARNs",
    allow({ Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:esp_*" } } }),
  ],
  [
    "everybody, and every call",
    allow({ Principal: { AWS: "*" }, Action: ["SQS:*"], Condition: {} }),
  ],
  ["its account", allow({ Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } })],
  [
    "an organization of sources",
    allow({ Condition: { StringEquals: { "aws:SourceOrgID": "o-any" } } }),
  ],
  ["a denial for other topics", deny({ Condition: { ArnNotEquals: { "aws:SourceArn": TOPIC } } })],
  [
    "a denial for others than services",
    deny({
      Condition: {
        StringNotEquals: OTHER_ORG,
        Bool: { "aws:PrincipalIsAWSService": "false" },
      },
    }),
  ],
  ["a denial of another call", deny({ Action: ["sqs:DeleteQueue", "sqs:Receive*"] })],
  ["a denial of all but this call", deny({ Action: [], NotAction: "sqs:Send*" })],
  ["a denial for another queue", deny({ Resource: `${QUEUE}-dead-letters` })],
])("a policy with %s lets a topic send", (_, policy) => {
  expect(maySend(policy)).toBe(true);
});

test.each<[string, JsonValue | undefined]>([
  ["no policy", undefined],
  ["a policy without statements", {}],
  ["another topic", allow({ Condition: { ArnEquals: { "aws:SourceArn": `${TOPIC}2` } } })],
  [
    "another account",
    allow({ Condition: { StringEquals: { "aws:SourceAccount": "210987654321" } } }),
  ],
  ["another service", allow({ Principal: { Service: "events.amazonaws.com" } })],
  ["another call", allow({ Action: "sqs:ReceiveMessage" })],
  ["another queue", allow({ Resource: `${QUEUE}2` })],
  ["people of an organization", allow({ Condition: { StringEquals: OTHER_ORG } })],
  ["a denial for everybody", deny({})],
  ["a denial for SNS", deny({ Principal: SNS, Action: "SQS:sendmessage" })],
  [
    "a denial for all but people of an organization",
    deny({ Condition: { StringNotEquals: OTHER_ORG } }),
  ],
  [
    "a denial for other principals than a role",
    deny({ Principal: {}, NotPrincipal: { AWS: "arn:aws:iam::1:role/r" } }),
  ],
])("%s does not", (_, policy) => {
  expect(maySend(policy)).toBe(false);
});

test("a pattern with many stars takes no time", () => {
  const pattern = `${"*a".repeat(10_000)}*b`;
  expect(maySend(allow({ Resource: pattern }), "a".repeat(20_000))).toBe(false);
});

test.each<[string, boolean, Record<string, JsonValue>]>([
  ["a denial for everybody", true, {}],
  ["a denial of all calls", true, { Action: "*", Resource: "*" }],
  ["a denial of another call", false, { Action: "sns:Subscribe" }],
  ["a denial with a condition", false, { Condition: { Bool: { "aws:SecureTransport": "false" } } }],
  [
    "a denial for all but one",
    false,
    { Principal: {}, NotPrincipal: { AWS: "arn:aws:iam::1:role/r" } },
  ],
  ["a denial for one", false, { Principal: { AWS: "arn:aws:iam::1:role/r" } }],
])("%s to publish to a topic closes it: %s", (_, closes, changes) => {
  const statement = {
    Effect: "Deny",
    Principal: "*",
    Action: ["sns:Publish"],
    Resource: TOPIC,
    ...changes,
  };
  expect(isClosed(JSON.stringify({ Statement: [statement] }), TOPIC)).toBe(closes);
});
