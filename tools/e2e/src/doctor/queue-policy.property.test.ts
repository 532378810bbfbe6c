import { test } from "@jest/globals";
import { maySend } from "@rainhooks/extensions/doctor/checks/policy";
import { ACCOUNT, serviceMay } from "@rainhooks/infra/testing/is-allowed";
import fc from "fast-check";

const SNS = "sns.amazonaws.com";
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:esp_rainmaker_sns_node_connected`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:rainhooks-dev-archive`;
/** What SNS says of a call. */
const CONTEXT = {
  "aws:SourceArn": TOPIC,
  "aws:SourceAccount": ACCOUNT,
  "aws:SecureTransport": "true",
  "aws:PrincipalIsAWSService": "true",
};

const oneOrMore = (...values: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }),
  );
const arns = oneOrMore(
  TOPIC,
  `${TOPIC}2`,
  "arn:aws:sns:*:*:esp_*",
  "arn:aws:sns:us-east-1:*:other",
);
const texts = oneOrMore(ACCOUNT, "210987654321", "o-other", "o-*");
const booleans = fc.constantFrom("true", "false");
const condition = fc.oneof(
  fc.tuple(
    fc.constantFrom("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "ArnLikeIfExists"),
    fc.constant("aws:SourceArn"),
    arns,
  ),
  fc.tuple(
    fc.constantFrom(
      "StringEquals",
      "StringNotEquals",
      "StringLike",
      "StringNotLike",
      "StringEqualsIfExists",
      "StringNotEqualsIfExists",
    ),
    fc.constantFrom("aws:SourceAccount", "AWS:sourceaccount", "aws:PrincipalOrgID"),
    texts,
  ),
  fc.tuple(
    fc.constantFrom("Bool", "BoolIfExists"),
    fc.constantFrom("aws:SecureTransport", "aws:PrincipalIsAWSService", "aws:ViaAWSService"),
    booleans,
  ),
  fc.tuple(fc.constant("Null"), fc.constantFrom("aws:SourceArn", "aws:PrincipalOrgID"), booleans),
);
const conditions = fc
  .array(condition, { maxLength: 2 })
  .map((all) =>
    Object.fromEntries(all.map(([operator, key, value]) => [operator, { [key]: value }])),
  );
const calls = oneOrMore("sqs:SendMessage", "SQS:*", "sqs:Send*", "sqs:ReceiveMessage", "*");
const resources = oneOrMore(QUEUE, "*", `${QUEUE}2`, "arn:aws:sqs:*:*:rainhooks-*-archive");
const principals = fc.constantFrom<unknown>(
  "*",
  { AWS: "*" },
  { Service: SNS },
  { Service: ["events.amazonaws.com", SNS] },
  { AWS: `arn:aws:iam::${ACCOUNT}:role/r` },
);
const statement = fc
  .record({
    Effect: fc.constantFrom("Allow", "Allow", "Deny"),
    Principal: principals,
    action: fc.tuple(fc.constantFrom("Action", "Action", "NotAction"), calls),
    resource: fc.tuple(fc.constantFrom("Resource", "Resource", "NotResource"), resources),
    Condition: conditions,
  })
  .map(({ action, resource, ...rest }) => ({
    ...rest,
    [action[0]]: action[1],
    [resource[0]]: resource[1],
  }));

test("the doctor evaluates the policy of a queue as IAM does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 3 }), async (Statement) => {
      const policy = { Version: "2012-10-17", Statement };
      const isAllowed = await serviceMay(SNS, "sqs:SendMessage", QUEUE, {
        policy,
        context: CONTEXT,
      });
      return maySend(JSON.stringify(policy), QUEUE, TOPIC) === isAllowed;
    }),
    { numRuns: 500 },
  );
});
