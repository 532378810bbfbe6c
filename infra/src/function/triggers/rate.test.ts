import { describe, expect, it, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { outputsIn, resources } from "@rainhooks/stack/stack-json";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import type { StageConfig } from "../../config.ts";
import { synthesize } from "../../synthesize.ts";
import { dev, everything, production } from "../../testing/stages.ts";
import { findResource, variant } from "../../testing/variant.ts";

const { stack } = synthesize({ ...dev, functions: { rounds: { deployed: true } } });

const SCHEDULED = triggeredBy(SHIPPED, "rate");

describe.each(SCHEDULED)("scheduled function $name", ({ name, description, everyMinutes }) => {
  it("the function is invoked by a rule at its rate, and by nothing else", () => {
    const [ruleId, rule] =
      resources(stack, "aws_cloudwatch_event_rule").find(([id]) => id.startsWith(`${name}_`)) ?? [];
    expect(rule).toMatchObject({
      name: `rainhooks-dev-${name}`,
      description,
      schedule_expression: `rate(${everyMinutes} minute${everyMinutes === 1 ? "" : "s"})`,
    });
    const ownResource = (type: string) =>
      resources(stack, type).find(([id]) => id.startsWith(`${name}_`));
    const [functionId] = ownResource("aws_lambda_function") ?? [];
    const [permissionId, permission] = ownResource("aws_lambda_permission") ?? [];
    expect(permission).toMatchObject({
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      source_arn: `\${aws_cloudwatch_event_rule.${ruleId}.arn}`,
    });
    expect(ownResource("aws_cloudwatch_event_target")?.[1]).toMatchObject({
      rule: `\${aws_cloudwatch_event_rule.${ruleId}.name}`,
      arn: `\${aws_lambda_function.${functionId}.arn}`,
      depends_on: [`aws_lambda_permission.${permissionId}`],
    });
  });

  it("the function is retried when it fails, but not after the next run", () => {
    const retries = resources(stack, "aws_lambda_function_event_invoke_config").find(([id]) =>
      id.startsWith(`${name}_`),
    );
    expect(retries?.[1]).toMatchObject({
      maximum_retry_attempts: 2,
      maximum_event_age_in_seconds: everyMinutes * 60,
    });
  });

  it("the function has an alarm in production when it has not run three times in a row", () => {
    const { stack: prod } = synthesize(production);
    expect(
      findResource(
        prod,
        "aws_cloudwatch_metric_alarm",
        "alarm_name",
        `rainhooks-prod-${name}-stopped`,
      ),
    ).toMatchObject({
      metric_name: "Invocations",
      comparison_operator: "LessThanThreshold",
      evaluation_periods: 3,
      period: Math.max(everyMinutes, 3) * 60,
      treat_missing_data: "breaching",
    });
  });

  it("the function keeps its data when it is left out, until the stage drops them", () => {
    const off = {
      functions: Object.fromEntries(
        ["query-api", ...SCHEDULED.map((one) => one.name)].map((one) => [one, { deployed: false }]),
      ),
    };
    const tables = (config: Partial<StageConfig>) =>
      resources(variant(config), "aws_dynamodb_table").map(([, table]) => table["name"]);
    expect(resources(variant(off), "aws_cloudwatch_event_rule")).toEqual([]);
    // Tables that other functions use, too, such as that of alarms, are not its own.
    const dropped = tables({ ...off, dropData: [name] });
    expect(dropped).toEqual(tables(off).filter((table) => table !== `rainhooks-dev-${name}`));
  });
});

it("a scheduled function takes the settings of a stage", () => {
  const { stack: changed } = synthesize(everything);
  expect(resources(changed, "aws_cloudwatch_event_rule")[0]?.[1]).toMatchObject({
    schedule_expression: "rate(1 minute)",
  });
  expect(
    findResource(changed, "aws_lambda_function", "function_name", "acmeiot-all-fleet-samples"),
  ).toMatchObject({
    memory_size: 1024,
    timeout: 120,
    environment: { variables: { COUNT_ALL_EVERY: "15m", KEEP_DAYS: "30" } },
  });
});

it("the rounds are told each subscription of the stage, also those to topics of its own", () => {
  const { stack: prod } = synthesize(production);
  const { rounds } = outputsIn(prod);
  const subscribed = resources(prod, "aws_sns_topic_subscription").filter(
    ([, { protocol }]) => protocol !== "email",
  );
  expect(rounds?.subscriptions.topics.flatMap(({ to }) => to)).toHaveLength(subscribed.length);
});

it("a scheduled function keeps a run that cannot start for six hours at most, which is Lambda's limit", () => {
  const daily = variant({ functions: { "fleet-samples": { everyMinutes: 1440 } } });
  expect(resources(daily, "aws_cloudwatch_event_rule")[0]?.[1]["schedule_expression"]).toBe(
    "rate(1440 minutes)",
  );
  const [retries] = resources(daily, "aws_lambda_function_event_invoke_config");
  expect(retries?.[1]["maximum_event_age_in_seconds"]).toBe(21_600);
});

test.each<[Partial<StageConfig>, string]>([
  [
    { functions: { census: {} } },
    "functions: unknown function census (known: archive, node-status",
  ],
  [
    { functions: { "fleet-samples": { everyMinutes: 0 } } },
    "functions.fleet-samples.everyMinutes must be",
  ],
  [
    { functions: { "fleet-samples": { memoryMiB: 64 } } },
    "functions.fleet-samples.memoryMiB must be",
  ],
  [
    { functions: { "fleet-samples": { timeoutS: 901 } } },
    "functions.fleet-samples.timeoutS must be",
  ],
  [
    { functions: { "fleet-samples": { settings: { keepDays: 0 } } } },
    "functions.fleet-samples.settings: keepDays must",
  ],
  [
    { functions: { "fleet-samples": { settings: { countAllEvery: "30d" } } } },
    "functions.fleet-samples.settings: countAllEvery must be a duration from 0s to 7d",
  ],
  [
    { functions: { "node-status": { deployed: false } } },
    "watch asks how far the queue of node-status has come, which is not deployed",
  ],
  [{ dropData: ["fleet-samples"] }, "set functions.fleet-samples.deployed to false first"],
])("a stage with %j is refused", (change, message) => {
  expect(() => variant(change)).toThrow(message);
});
