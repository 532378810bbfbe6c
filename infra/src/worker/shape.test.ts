import { describe, expect, it, test } from "@jest/globals";
import type { StageConfig } from "../config/config.ts";
import { resources, type StackJson } from "../synthesize.ts";
import { named } from "../testing/variant.ts";
import {
  alerts,
  CHANGES,
  calls,
  ownResource as own,
  synthesizeWith,
  WITH_WORKER,
} from "../testing/workers.ts";

const changed = synthesizeWith({ workers: { calls: CHANGES } });

describe("what a stage changes of a worker", () => {
  it("replaces the values of the definition", () => {
    expect(named(changed, "aws_lambda_function", "function_name", "rainhooks-dev-calls")).toMatchObject({
      memory_size: 256,
      timeout: 120,
      reserved_concurrent_executions: 60,
      environment: { variables: { PAUSE_S: "7", TOKEN: "ssm:/acme/token" } },
    });
    expect(named(changed, "aws_sqs_queue", "name", "rainhooks-dev-calls")).toMatchObject({
      visibility_timeout_seconds: 721,
    });
    expect(own(changed, "aws_lambda_event_source_mapping", "calls_")[1]).toMatchObject({
      batch_size: 5,
      maximum_batching_window_in_seconds: 1,
      scaling_config: { maximum_concurrency: 50 },
    });
    const thresholds = ["dead-letters", "late", "errors", "throttles"].map(
      (alarm) =>
        named(changed, "aws_cloudwatch_metric_alarm", "alarm_name", `rainhooks-dev-calls-${alarm}`)[
          "threshold"
        ],
    );
    expect(thresholds).toEqual([3, 7200, 1, 2]);
  });

  it("may leave it out with the functions that send to it; its data stay until they are dropped", () => {
    const off = { webhooks: { alerts: { deployed: false } }, workers: { calls: { deployed: false } } };
    const without = synthesizeWith(off);
    expect(resources(without, "aws_sqs_queue").filter(([id]) => id.startsWith("calls"))).toEqual([]);
    const tables = (one: StackJson) => resources(one, "aws_dynamodb_table").map(([, { name }]) => name);
    expect(tables(without)).toContain("rainhooks-dev-call-log");
    const rest = { "node-status": { deployed: false }, ...off.webhooks };
    const dropped = synthesizeWith({
      ...off,
      webhooks: rest,
      dropData: ["calls"],
      queryApi: { deployed: false },
      scheduled: { "fleet-samples": { deployed: false }, watch: { deployed: false } },
    });
    expect(tables(dropped)).not.toContain("rainhooks-dev-call-log");
  });

  test.each<[Partial<StageConfig>, string]>([
    [{ workers: { call: {} } }, "Stage dev: unknown worker call (known: attempts, retries, calls)."],
    [{ workers: { calls: { memoryMiB: 64 } } }, "workers.calls.memoryMiB must be a whole number from 128"],
    [
      { workers: { calls: { timeoutS: 901 } } },
      "workers.calls.timeoutS must be a whole number from 1 to 900",
    ],
    [
      { workers: { calls: { maxConcurrency: 1 } } },
      'Worker "calls": batch.maxConcurrency must be 2 to 1,000',
    ],
    [{ workers: { calls: { batchSize: 11 } } }, 'Worker "calls": a batch.size over 10 needs a batch.windowS'],
    [
      { workers: { calls: { reservedConcurrency: 9 } } },
      'Worker "calls": reservedConcurrency must be at least maxConcurrency (10)',
    ],
    [
      { workers: { calls: { maxConcurrency: 5, reservedConcurrency: 4 } } },
      "workers.calls.reservedConcurrency must be at least maxConcurrency",
    ],
    [{ workers: { calls: { alarms: { maxAgeS: -1 } } } }, "workers.calls.alarms.maxAgeS must be a number"],
    [{ workers: { calls: { settings: { pauseS: 0 } } } }, "workers.calls.settings: pauseS must be a number"],
    [{ workers: { calls: { settings: { token: "abc" } } } }, "workers.calls.settings: token is a secret"],
    [
      { workers: { calls: { deployed: false } } },
      "Stage dev: alerts sends to the queue of the worker calls, which is not deployed. Set deployed of alerts to false, or leave workers.calls.deployed out.",
    ],
    [
      {
        queryApi: { deployed: false },
        scheduled: { "fleet-samples": { deployed: false }, watch: { deployed: false } },
        webhooks: { "node-status": { deployed: false } },
        dropData: ["node-status"],
      },
      "dropData would delete the table node-status, which calls reads",
    ],
    [
      { dropData: ["calls"] },
      "dropData: calls is deployed and needs its data; set workers.calls.deployed to",
    ],
  ])("is refused in a stage with %j", (change, message) => {
    expect(() => synthesizeWith(change)).toThrow(TypeError);
    expect(() => synthesizeWith(change)).toThrow(message);
  });

  test.each([
    ["a worker that does not exist", { webhooks: [alerts], workers: [] }, "there is no worker of this name"],
    [
      "two functions of one name",
      { workers: [calls, { ...calls, name: "hello" }] },
      "Stage dev: two functions have the name hello. Rename one of them.",
    ],
  ])("is refused for %s", (_, change, message) => {
    expect(() => synthesizeWith({}, { ...WITH_WORKER, ...change })).toThrow(message);
  });
});
