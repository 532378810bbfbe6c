import { describe, expect, it, test } from "@jest/globals";
import type { ForwardConfig } from "@rainhooks/extensions/forwarding/stack/fields";
import type { StageConfig } from "@rainhooks/infra/config";
import { synthesize } from "@rainhooks/infra/synthesize";
import { dashboardWidgets } from "@rainhooks/infra/testing/dashboard-widgets";
import { dev, everything, production } from "@rainhooks/infra/testing/stages";
import { findResource } from "@rainhooks/infra/testing/variant";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";

const off = { deployed: false };
const withoutWorkers: StageConfig = {
  ...dev,
  functions: { forward: off, attempts: off, retries: off },
};
const { stack } = synthesize(dev);
const alarmOf = (from: StackJson, name: string) =>
  findResource(from, "aws_cloudwatch_metric_alarm", "alarm_name", name);

describe("the alarms about destinations", () => {
  it("one goes off for a share of failed attempts, of enough of them", () => {
    const alarm = alarmOf(stack, "rainhooks-dev-destinations-failing");
    expect(alarm).toMatchObject({
      threshold: 20,
      evaluation_periods: 1,
      treat_missing_data: "notBreaching",
    });
    expect(alarm).not.toHaveProperty("metric_name");
    expect(alarm).not.toHaveProperty("statistic");
    expect(alarm).not.toHaveProperty("period");
    const sumOf = (metric_name: string) => ({
      namespace: "Rainhooks",
      metric_name,
      dimensions: { Stage: "dev" },
      stat: "Sum",
      period: 900,
    });
    expect(alarm["metric_query"]).toEqual([
      { id: "failed", metric: sumOf("AttemptsFailed") },
      { id: "delivered", metric: sumOf("AttemptsDelivered") },
      {
        id: "value",
        expression: "IF(failed + delivered >= 10, 100 * failed / (failed + delivered), 0)",
        label: "failed attempts (%)",
        return_data: true,
      },
    ]);
  });

  it("one goes off for an event that was not delivered for six hours", () => {
    expect(alarmOf(stack, "rainhooks-dev-destinations-undelivered")).toMatchObject({
      metric_name: "OldestUndelivered",
      statistic: "Maximum",
      threshold: 21_600,
      treat_missing_data: "notBreaching",
    });
  });

  it("the alarms about destinations have the thresholds of the stage", () => {
    const all = synthesize(everything).stack;
    const thresholds = ["failing", "undelivered"].map(
      (name) => alarmOf(all, `acmeiot-all-destinations-${name}`)["threshold"],
    );
    expect(thresholds).toEqual([50, 86_400]);
    expect(JSON.stringify(alarmOf(all, "acmeiot-all-destinations-failing"))).toContain(">= 100,");
  });

  it("the alarms about destinations reach the topic of the stage", () => {
    const prod = synthesize(production).stack;
    for (const name of ["failing", "undelivered"])
      expect(alarmOf(prod, `rainhooks-prod-destinations-${name}`)["alarm_actions"]).toHaveLength(1);
  });
});

it("the dead letters and the age of both workers are watched, and a delayed message is not late", () => {
  const threshold = (name: string) => alarmOf(stack, `rainhooks-dev-${name}`)["threshold"];
  expect(["attempts-dead-letters", "retries-dead-letters"].map(threshold)).toEqual([0, 0]);
  expect(["forward-late", "attempts-late", "retries-late"].map(threshold)).toEqual([
    900, 900, 1800,
  ]);
  expect(alarmOf(synthesize(everything).stack, "acmeiot-all-retries-late")["threshold"]).toBe(7200);
});

it("a stage without workers has neither these alarms nor their graph", () => {
  const without = synthesize(withoutWorkers).stack;
  const alarms = resources(without, "aws_cloudwatch_metric_alarm").map(([, { alarm_name }]) =>
    String(alarm_name),
  );
  expect(alarms.filter((name) => /-(forward|attempts|retries|destinations)-/.test(name))).toEqual(
    [],
  );
  const [[, { dashboard_body }] = ["", {}]] = resources(without, "aws_cloudwatch_dashboard");
  expect(String(dashboard_body)).not.toContain("destinations: attempts");
});

it("the dashboard shows the attempts of all destinations", () => {
  const graph = dashboardWidgets(stack).find(({ properties }) =>
    properties.title.startsWith("destinations: attempts"),
  );
  expect(graph?.properties.metrics?.map(([, name]) => name)).toEqual([
    "AttemptsDelivered",
    "AttemptsFailed",
    "OldestUndelivered",
  ]);
});

test.each<[string, ForwardConfig, string]>([
  [
    "a negative number",
    { minAttempts: -1 },
    "forward.minAttempts must be a number that is not negative",
  ],
  [
    "no number",
    { minAttempts: Number.NaN },
    "forward.minAttempts must be a number that is not negative",
  ],
  [
    "too high a percentage",
    { maxFailedPercent: 101 },
    "forward.maxFailedPercent must be a number that is not negative, up to 100",
  ],
])("a stage cannot have %s", (_, forward, message) => {
  expect(() => synthesize({ ...dev, forward })).toThrow(message);
});

it("a stage that forwards nothing cannot set thresholds for it", () => {
  expect(() => synthesize({ ...withoutWorkers, forward: { minAttempts: 1 } })).toThrow(
    "forward has no effect: no function that makes attempts is deployed",
  );
});
