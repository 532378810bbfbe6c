import { describe, expect, it, test } from "@jest/globals";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";
import type { StageConfig } from "../config.ts";
import { findResource } from "../testing/variant.ts";
import {
  alerts,
  CHANGES,
  calls,
  ownResource as own,
  synthesizeWith,
  WITH_WORKER,
} from "../testing/workers.ts";

const changed = synthesizeWith({ functions: { calls: CHANGES } });

const off = { deployed: false };
/** All that reads the table of node status, but the worker. */
const READERS_OFF = { "node-status": off, "query-api": off, "fleet-samples": off, watch: off };

describe("what a stage changes of a worker", () => {
  it("the settings of a stage replace the values of the worker's definition", () => {
    expect(
      findResource(changed, "aws_lambda_function", "function_name", "rainhooks-dev-calls"),
    ).toMatchObject({
      memory_size: 256,
      timeout: 120,
      reserved_concurrent_executions: 60,
      environment: { variables: { PAUSE_S: "7", TOKEN: "ssm:/acme/token" } },
    });
    expect(findResource(changed, "aws_sqs_queue", "name", "rainhooks-dev-calls")).toMatchObject({
      visibility_timeout_seconds: 721,
    });
    expect(own(changed, "aws_lambda_event_source_mapping", "calls_")[1]).toMatchObject({
      batch_size: 5,
      maximum_batching_window_in_seconds: 1,
      scaling_config: { maximum_concurrency: 50 },
    });
    const thresholds = ["dead-letters", "late", "failing"].map(
      (alarm) =>
        findResource(
          changed,
          "aws_cloudwatch_metric_alarm",
          "alarm_name",
          `rainhooks-dev-calls-${alarm}`,
        )["threshold"],
    );
    expect(thresholds).toEqual([3, 7200, 1]);
  });

  it("a stage may leave a worker out with the functions that send to it; its data stay until they are dropped", () => {
    const off = { alerts: { deployed: false }, calls: { deployed: false } };
    const without = synthesizeWith({ functions: off });
    expect(resources(without, "aws_sqs_queue").filter(([id]) => id.startsWith("calls"))).toEqual(
      [],
    );
    const tables = (one: StackJson) =>
      resources(one, "aws_dynamodb_table").map(([, { name }]) => name);
    expect(tables(without)).toContain("rainhooks-dev-call-log");
    const dropped = synthesizeWith({ functions: { ...off, ...READERS_OFF }, dropData: ["calls"] });
    expect(tables(dropped)).not.toContain("rainhooks-dev-call-log");
  });

  test.each<[Partial<StageConfig>, string]>([
    [
      { functions: { call: {} } },
      "Stage dev: functions: unknown function call (known: archive, node-status",
    ],
    [
      { functions: { calls: { memoryMiB: 64 } } },
      "functions.calls.memoryMiB must be a whole number from 128",
    ],
    [
      { functions: { calls: { timeoutS: 901 } } },
      "functions.calls.timeoutS must be a whole number from 1 to 900",
    ],
    [
      { functions: { calls: { maxConcurrency: 1 } } },
      'Function "calls": batch.maxConcurrency must be a whole number from 2 to 1000',
    ],
    [
      { functions: { calls: { batchSize: 11 } } },
      'Function "calls": a batch.size over 10 needs a batch.windowS',
    ],
    [
      { functions: { calls: { reservedConcurrency: 9 } } },
      'Function "calls": reservedConcurrency must be at least maxConcurrency (10)',
    ],
    [
      { functions: { calls: { maxConcurrency: 5, reservedConcurrency: 4 } } },
      'Function "calls": reservedConcurrency must be at least maxConcurrency (5)',
    ],
    [
      { functions: { calls: { alarms: { maxAgeS: -1 } } } },
      "functions.calls.alarms.maxAgeS must be a number",
    ],
    [
      { functions: { calls: { settings: { pauseS: 0 } } } },
      "functions.calls.settings: pauseS must be a number",
    ],
    [
      { functions: { calls: { settings: { token: "abc" } } } },
      "functions.calls.settings: token is a secret",
    ],
    [
      { functions: { calls: { deployed: false } } },
      "Stage dev: alerts sends to the queue of calls, which is not deployed. Set functions.alerts.deployed to false, too, or leave functions.calls.deployed out.",
    ],
    [
      {
        functions: READERS_OFF,
        dropData: ["node-status"],
      },
      "dropData would delete the table node-status, which forward reads",
    ],
    [
      { dropData: ["calls"] },
      "dropData: calls is deployed and needs its data; set functions.calls.deployed to",
    ],
  ])("a worker's settings are refused in a stage with %j", (change, message) => {
    expect(() => synthesizeWith(change)).toThrow(TypeError);
    expect(() => synthesizeWith(change)).toThrow(message);
  });

  test.each([
    ["a queue that does not exist", { functions: [alerts] }, "there is no function of this name"],
    [
      "two functions of one name",
      { functions: [...WITH_WORKER.functions, { ...calls, name: "hello" }] },
      "Stage dev: two functions have the name hello. Rename one of them.",
    ],
  ])("a worker's settings are refused for %s", (_, change, message) => {
    expect(() => synthesizeWith({}, { ...WITH_WORKER, ...change })).toThrow(message);
  });
});
