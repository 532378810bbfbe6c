import { describe, expect, it, test } from "@jest/globals";
import { TARGET_KINDS } from "./kinds.ts";
import { parseTargets, readTarget, targetNameOf } from "./target.ts";

describe("a target", () => {
  test.each<[string, object]>([
    [
      "arn:aws:sqs:eu-west-1:123456789012:orders",
      {
        kind: "queue",
        region: "eu-west-1",
        address: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
      },
    ],
    [
      "arn:aws-cn:sqs:cn-north-1:123456789012:orders.fifo",
      {
        kind: "queue",
        address: "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders.fifo",
      },
    ],
    ["arn:aws:sns:us-east-1:123456789012:alerts", { kind: "topic" }],
    ["arn:aws:events:us-east-1:123456789012:event-bus/default", { kind: "bus" }],
    ["arn:aws:lambda:us-east-1:123456789012:function:billing:live", { kind: "function" }],
  ])("a target is parsed from %s", (arn, expected) => {
    expect(readTarget(arn)).toMatchObject({ arn, ...expected });
    if (!("address" in expected)) expect(readTarget(arn).address).toBe(arn);
  });

  test.each([
    "",
    "orders",
    "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
    "arn:aws:sqs:eu-west-1:123456789012:",
    "arn:aws:sqs::123456789012:orders",
    "arn:aws:sqs:eu-west-1::orders",
    "arn::sqs:eu-west-1:123456789012:orders",
    "arn:aws:s3:eu-west-1:123456789012:orders",
    "arn:aws:events:eu-west-1:123456789012:rule/x",
    "arn:aws:events:eu-west-1:123456789012:event-busv2/orders/b1",
    "arn:aws:lambda:eu-west-1:123456789012:layer:x",
    "arn:aws:sqs:evil.example/:123456789012:orders",
  ])("a target is not %j", (arn) => {
    expect(() => readTarget(arn)).toThrow(/is not the ARN of an SQS queue/);
  });

  it("a target needs one action of IAM", () => {
    const actions = [
      "sqs:eu-1:123456789012:q",
      "sns:eu-1:123456789012:t",
      "events:eu-1:123456789012:event-bus/b",
      "lambda:eu-1:123456789012:function:f",
    ];
    expect(actions.map((rest) => TARGET_KINDS[readTarget(`arn:aws:${rest}`).kind].action)).toEqual([
      "sqs:SendMessage",
      "sns:Publish",
      "events:PutEvents",
      "lambda:InvokeFunction",
    ]);
  });

  it("a target has a name, which a destination has in place of a URL", () => {
    expect(
      ["target:orders", "target:", "target:Orders", "target:a/b", "https://x"].map(targetNameOf),
    ).toEqual(["orders", undefined, undefined, undefined, undefined]);
  });

  it("a target is named in the stage's file; a wrong name or ARN is reported", () => {
    const arn = "arn:aws:sqs:eu-west-1:123456789012:orders";
    expect(parseTargets(JSON.stringify({ orders: arn })).get("orders")?.arn).toBe(arn);
    expect(parseTargets("{}").size).toBe(0);
    expect(() => parseTargets(JSON.stringify({ Orders: arn }))).toThrow('not "Orders"');
    expect(() => parseTargets('{"orders":5}')).toThrow('"5" is not the ARN');
    expect(() => parseTargets("[]")).toThrow("an object of up to 50 ARNs");
    expect(() => parseTargets("{")).toThrow("an object of up to 50 ARNs");
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`q${index}`, arn]));
    expect(() => parseTargets(JSON.stringify(many))).toThrow("an object of up to 50 ARNs");
  });
});
