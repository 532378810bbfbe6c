import { describe, expect, it, test } from "@jest/globals";
import type { FunctionChanges } from "@rainhooks/stack/config/config";
import { resources } from "@rainhooks/stack/stack-json";
import { stageOutputs } from "@rainhooks/stage/outputs";
import * as v from "valibot";
import { synthesize } from "../synthesize.ts";
import { production } from "../testing/stages.ts";
import { findResource } from "../testing/variant.ts";

const pausing = (name: string, changes: FunctionChanges = {}) => ({
  ...production,
  functions: { ...production.functions, [name]: { paused: true, ...changes } },
});
const before = synthesize(production).stack;
const paused = synthesize(pausing("node-status")).stack;

describe("a paused webhook", () => {
  it("a paused webhook reads none of its queues, and keeps them", () => {
    const mappings = resources(paused, "aws_lambda_event_source_mapping").filter(([id]) =>
      id.startsWith("node-status_"),
    );
    expect(mappings.map(([, { enabled }]) => enabled)).toEqual([false, false]);
    for (const type of [
      "aws_sqs_queue",
      "aws_sns_topic_subscription",
      "aws_lambda_function",
      "aws_dynamodb_table",
    ])
      expect(paused.resource[type]).toEqual(before.resource[type]);
  });

  it("a paused webhook has alarms for dead letters, but none for being late or stuck", () => {
    const isEnabled = (alarm: string) =>
      findResource(
        paused,
        "aws_cloudwatch_metric_alarm",
        "alarm_name",
        `rainhooks-prod-node-status-${alarm}`,
      )["actions_enabled"] ?? true;
    expect(["dead-letters", "failing", "late", "stuck"].map(isEnabled)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("a paused webhook keeps no page active, neither by itself nor by a sweep that waits for it", () => {
    const rule = findResource(
      paused,
      "aws_cloudwatch_composite_alarm",
      "alarm_name",
      "rainhooks-prod-page-behind",
    )["alarm_rule"];
    for (const name of ["node-status-late", "node-status-stuck", "watch-behind"])
      expect(rule).not.toContain(`"rainhooks-prod-${name}"`);
    expect(rule).toContain('"rainhooks-prod-node-status-failing"');
    expect(rule).toContain('"rainhooks-prod-time-series-late"');
  });

  it("a paused webhook is marked in the outputs", () => {
    const { functions } = v.parse(stageOutputs, paused.output["stage"]?.["value"]);
    expect(functions["node-status"]).toMatchObject({ paused: true });
    expect(functions["archive"]).not.toHaveProperty("paused");
  });

  it("a paused webhook changes nothing of the other functions", () => {
    const others = (from: typeof paused) =>
      Object.fromEntries(
        Object.entries(from.resource).map(([type, all]) => [
          type,
          Object.entries(all).filter(
            ([id]) => !/^(alarms_)?node-status|^alarms_page|outputs/.test(id),
          ),
        ]),
      );
    expect(others(paused)).toEqual(others(before));
  });
});

it("a paused worker keeps what others send to it", () => {
  const { stack } = { stack: synthesize(pausing("attempts")).stack };
  const [mapping] = resources(stack, "aws_lambda_event_source_mapping").filter(([id]) =>
    id.startsWith("attempts_"),
  );
  expect(mapping?.[1]).toMatchObject({ enabled: false });
});

test.each<[string, FunctionChanges, string]>([
  ["watch", {}, "functions.watch.paused has no effect on a function with the trigger rate"],
])("%s with %j cannot be paused", (name, changes, message) => {
  expect(() => synthesize(pausing(name, changes))).toThrow(message);
});
