import { expect, it, test } from "@jest/globals";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { resources } from "@rainhooks/stack/stack-json";
import { synthesize } from "../synthesize.ts";
import { minutesOn } from "../testing/alarm-evaluator.ts";
import { production } from "../testing/stages.ts";
import { findResource } from "../testing/variant.ts";

const { stack } = synthesize({
  ...production,
  alarms: { ...production.alarms, urgentTopicArn: "arn:aws:sns:us-east-1:123456789012:at-night" },
});

test.each([
  ["one write that Firehose tries again", [0.5], 0],
  ["writes that fail for half an hour", Array.from({ length: 30 }, () => 0), 11],
])("archive-delivery after %s", (_, values, first) => {
  const alarm = findResource(
    stack,
    "aws_cloudwatch_metric_alarm",
    "alarm_name",
    "rainhooks-prod-archive-delivery",
  );
  const dimensions = alarm["dimensions"] as Readonly<Record<string, string>>;
  const points = Array.from({ length: 90 }, (_unused, minute) => ({
    namespace: "AWS/Firehose",
    name: "DeliveryToS3.Success",
    dimensions,
    atMs: minute * MINUTE_MS,
    value: values[minute - 30] ?? 1,
  }));
  const [on = 30 * MINUTE_MS] = minutesOn(alarm, points, { fromMs: 0, toMs: 90 * MINUTE_MS });
  expect(on / MINUTE_MS - 30).toBe(first);
});

it("only pages notify somebody, also when they end; a page names each of its alarms, and no muted alarm", () => {
  const pages = resources(stack, "aws_cloudwatch_composite_alarm").map(([, page]) => page);
  const alarms = resources(stack, "aws_cloudwatch_metric_alarm").map(([, alarm]) => alarm);
  expect(pages.length).toBeLessThanOrEqual(8);
  for (const page of pages) {
    expect(page["alarm_actions"]).toContain("arn:aws:sns:us-east-1:123456789012:at-night");
    expect(page["ok_actions"]).toEqual(page["alarm_actions"]);
    const known = new Set(alarms.map((alarm) => alarm["alarm_name"]));
    const asked = [...String(page["alarm_rule"]).matchAll(/"([^"]+)"/g)].map(([, name]) => name);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  }
  for (const alarm of alarms) {
    expect(alarm["alarm_actions"]).not.toContain("arn:aws:sns:us-east-1:123456789012:at-night");
    expect([alarm["ok_actions"], alarm["insufficient_data_actions"]]).toEqual([
      undefined,
      undefined,
    ]);
  }
});

it("Terraform changes a page before it deletes an alarm that the page names, and does so with nothing whose name is fixed", () => {
  const alarms = resources(stack, "aws_cloudwatch_metric_alarm");
  const idOf = new Map(alarms.map(([id, alarm]) => [alarm["alarm_name"], id]));
  for (const [, page] of resources(stack, "aws_cloudwatch_composite_alarm")) {
    const named = [...String(page["alarm_rule"]).matchAll(/"([^"]+)"/g)].map(([, name]) =>
      idOf.get(name),
    );
    const addresses = named.map((id) => `aws_cloudwatch_metric_alarm.${id}`);
    expect(page["depends_on"]).toEqual(expect.arrayContaining(addresses));
  }
  for (const [id, alarm] of alarms) {
    expect([id, alarm["lifecycle"]]).toEqual([id, { create_before_destroy: true }]);
    // What an alarm refers to is made anew before it is deleted, too: a role cannot be, with its
    // name.
    const types = [...JSON.stringify(alarm).matchAll(/\$\{(aws_\w+)\./g)].map(([, type]) => type);
    expect([id, types.filter((type) => type !== "aws_sns_topic")]).toEqual([id, []]);
  }
});

it("each alarm is about a queue, a function or a stream of the stack", () => {
  const named = (type: string, attribute: string) =>
    resources(stack, type).map(([, one]) => String(one[attribute]));
  const known: Readonly<Record<string, readonly string[]>> = {
    QueueName: named("aws_sqs_queue", "name"),
    FunctionName: named("aws_lambda_function", "function_name"),
    DeliveryStreamName: named("aws_kinesis_firehose_delivery_stream", "name"),
  };
  for (const [id, alarm] of resources(stack, "aws_cloudwatch_metric_alarm"))
    for (const [, dimension = "", value] of JSON.stringify(alarm).matchAll(
      /"(\w+Name)":"([^"]*)"/g,
    ))
      expect([id, dimension, known[dimension] ?? value]).toEqual([
        id,
        dimension,
        known[dimension] ? expect.arrayContaining([value]) : value,
      ]);
});

it("a muted alarm belongs to no page, a muted page tells nobody, and a stage for experiments has none", () => {
  const pageOf = (change: object) =>
    findResource(
      synthesize({ ...production, alarms: { ...production.alarms, ...change } }).stack,
      ...(["aws_cloudwatch_composite_alarm", "alarm_name", "rainhooks-prod-page-behind"] as const),
    );
  expect(pageOf({})["alarm_rule"]).toContain("node-status-late");
  expect(pageOf({})["alarm_rule"]).not.toContain("archive");
  expect(pageOf({ mute: ["node-status-late"] })["alarm_rule"]).not.toContain("node-status-late");
  expect(pageOf({ mute: ["page-behind"] })["actions_enabled"]).toBe(false);
  const { stack: trial } = synthesize({ ...production, production: false });
  expect(resources(trial, "aws_cloudwatch_composite_alarm")).toEqual([]);
});

it("the alarm on a function that does not run sends no page before it has run once", () => {
  const name = "rainhooks-prod-watch-stopped";
  const alarm = findResource(stack, "aws_cloudwatch_metric_alarm", "alarm_name", name);
  expect(alarm).toMatchObject({ treat_missing_data: "breaching", actions_enabled: false });
  const rules = resources(stack, "aws_cloudwatch_composite_alarm").map(
    ([, page]) => page["alarm_rule"],
  );
  const part = `(ALARM("${name}") AND OK("rainhooks-prod-watch-failing"))`;
  expect(rules.filter((rule) => String(rule).includes(part))).toHaveLength(1);
});

it("a week is the longest time that CloudWatch looks back", () => {
  for (const [, alarm] of resources(stack, "aws_cloudwatch_metric_alarm"))
    expect(
      Number(alarm["period"] ?? 0) * Number(alarm["evaluation_periods"]) * 1000,
    ).toBeLessThanOrEqual(7 * DAY_MS);
});
