import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import { queryApi } from "@rainhooks/app-query-api/api";
import { WEBHOOKS } from "@rainhooks/app-webhook-list";
import { CATALOG } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import { stageOutputs } from "@rainhooks/stage/outputs";
import type { Resource } from "@rainhooks/webhook/define";
import * as v from "valibot";
import { dev } from "../stages/dev.ts";
import { prod } from "../stages/prod.ts";
import { makeApp } from "./app.ts";
import type { StageConfig } from "./config.ts";
import { CONTENTS } from "./contents.ts";
import { policy } from "./policy.ts";
import { resources, type StackJson, synthesize } from "./testing/synthesize.ts";

const { folder, stack } = synthesize(dev);
const production = synthesize(prod).stack;

function named(json: StackJson, type: string, attribute: string, value: string) {
  const found = resources(json, type).find(([, attributes]) => attributes[attribute] === value);
  if (found === undefined) throw new Error(`The stack has no ${type} whose ${attribute} is ${value}.`);
  return found[1];
}

function namesOfTopics(synthesized: ReturnType<typeof variant>): unknown[] {
  return Object.values(synthesized.data?.["aws_sns_topic"] ?? {}).map(({ name }) => name);
}

function variant(change: Partial<StageConfig>): StackJson {
  return synthesize({ ...dev, ...change }).stack;
}

describe.each(WEBHOOKS)("webhook $name", (webhook) => {
  const name = `rainhooks-dev-${webhook.name}`;
  const lambda = named(stack, "aws_lambda_function", "function_name", name);

  it("has its own function on Node.js 24 and arm64, with a log retention of two weeks", () => {
    expect(lambda).toMatchObject({
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      memory_size: webhook.function.memoryMiB,
      timeout: webhook.function.timeoutS,
    });
    expect(named(stack, "aws_cloudwatch_log_group", "name", `/aws/lambda/${name}`)).toMatchObject({
      retention_in_days: 14,
    });
    expect(named(stack, "aws_iam_role", "name", name)).toBeDefined();
  });

  it("has the environment variables of its configuration", () => {
    const { variables } = lambda["environment"] as { variables: Record<string, string> };
    expect(variables).toMatchObject({ RAINHOOKS_STAGE: "dev", RAINHOOKS_INTEGRATION: "rainhooks-dev" });
    for (const { env } of Object.values(webhook.resources)) expect(variables[env]).toMatch(/^rainhooks-dev-/);
    expect("FILTER_RULES_TABLE" in variables).toBe(webhook.filtered);
  });

  it("has a queue and a dead-letter queue with the settings of its definition", () => {
    expect(named(stack, "aws_sqs_queue", "name", name)).toMatchObject({
      visibility_timeout_seconds: webhook.queue.visibilityTimeoutS,
      message_retention_seconds: webhook.queue.retentionS,
      redrive_policy: expect.stringContaining(`"maxReceiveCount":${webhook.queue.maxReceives}`),
    });
    expect(named(stack, "aws_sqs_queue", "name", `${name}-dead-letters`)).toMatchObject({
      message_retention_seconds: webhook.queue.deadLetterRetentionS,
    });
  });

  it("subscribes to the topics of its events, and its queue accepts messages only from those", () => {
    const topics = webhook.events.filter((type) => type !== "rmaker.event.user_node_sharing_remove");
    const subscriptions = resources(stack, "aws_sns_topic_subscription").filter(([id]) =>
      id.startsWith(`${webhook.name}_`),
    );
    expect(subscriptions).toHaveLength(topics.length);
    const [, { policy: text }] = resources(stack, "aws_sqs_queue_policy").find(([id]) =>
      id.startsWith(`${webhook.name}_queue-policy`),
    ) ?? ["", { policy: "{}" }];
    const [{ Condition }] = JSON.parse(String(text)).Statement;
    expect(Condition.ArnEquals["aws:SourceArn"]).toHaveLength(topics.length);
  });

  it("receives batches with the settings of its definition", () => {
    const [, mapping] =
      resources(stack, "aws_lambda_event_source_mapping").find(([id]) => id.startsWith(`${webhook.name}_`)) ??
      [];
    expect(mapping).toMatchObject({
      batch_size: webhook.batch.size,
      maximum_batching_window_in_seconds: webhook.batch.windowS,
      scaling_config: { maximum_concurrency: webhook.batch.maxConcurrency },
    });
  });

  it("has alarms", () => {
    const alarms = resources(stack, "aws_cloudwatch_metric_alarm").map(([, { alarm_name }]) => alarm_name);
    for (const alarm of ["dead-letters", "late", "errors", "throttles"])
      expect(alarms).toContain(`${name}-${alarm}`);
    const [[, dashboard] = ["", {}]] = resources(stack, "aws_cloudwatch_dashboard");
    expect(JSON.stringify(dashboard)).toContain(`${webhook.name}: records`);
  });
});

describe("topics", () => {
  it("are looked up by name and never created", () => {
    const names = Object.values(stack.data?.["aws_sns_topic"] ?? {}).map(({ name }) => name);
    expect(names.toSorted()).toEqual(
      CATALOG.filter((row) => !("inferred" in row))
        .map(({ topic }) => topic as string)
        .toSorted(),
    );
    expect(resources(stack, "aws_sns_topic").map(([, { name }]) => name)).toEqual(["rainhooks-dev-alarms"]);
  });

  it("can be found by the exports of RainMaker's stacks, or under another prefix", () => {
    const byExport = variant({ topics: { lookup: "export" } });
    const exports = Object.values(byExport.data?.["aws_cloudformation_export"] ?? {}).map(({ name }) => name);
    expect(exports).toContain("esp-NodeConnectedSNS");
    expect(JSON.stringify(byExport.data?.["aws_sns_topic"])).toContain("${data.aws_cloudformation_export.");
    const prefixed = variant({ topics: { prefix: "acme_", leaveOut: ["rmaker.event.alert"] } });
    const names = namesOfTopics(prefixed);
    expect(names).toContain("acme_node_connected");
    expect(names).not.toContain("acme_node_alert");
    // Leaving out another topic does not bring back the one that is always left out.
    expect(names).not.toContain("acme_user_node_sharing_remove");
  });

  it("can include the one that no public source documents", () => {
    const event = "rmaker.event.user_node_sharing_remove";
    const names = namesOfTopics(variant({ topics: { include: [event] } }));
    expect(names).toContain("esp_rainmaker_sns_user_node_sharing_remove");
    expect(namesOfTopics(variant({ topics: { include: [event], leaveOut: [event] } }))).not.toContain(
      "esp_rainmaker_sns_user_node_sharing_remove",
    );
  });
});

describe("subscriptions", () => {
  it("depend on the permissions of SNS: it does not retry a message that is denied", () => {
    const direct = variant({ webhooks: { hello: { delivery: "direct", maxConcurrency: 20 } } });
    for (const [id, subscription] of resources(direct, "aws_sns_topic_subscription")) {
      const after = String(subscription["depends_on"]);
      expect(after).toContain("_dead-letters-policy_");
      expect(after).toContain(id.startsWith("hello_") ? "aws_lambda_permission.hello_" : "_queue-policy_");
    }
  });
});

describe("a webhook that is invoked directly", () => {
  const direct = variant({ webhooks: { hello: { delivery: "direct", maxConcurrency: 20 } } });

  it("has no queue, but a destination for failures and a permission for only its topics", () => {
    expect(resources(direct, "aws_sqs_queue").map(([, { name }]) => name)).not.toContain(
      "rainhooks-dev-hello",
    );
    expect(resources(direct, "aws_lambda_function_event_invoke_config")[0]?.[1]).toMatchObject({
      destination_config: { on_failure: { destination: expect.stringContaining("hello_dead-letters") } },
    });
    const permissions = resources(direct, "aws_lambda_permission");
    expect(permissions).toHaveLength(18);
    for (const [, permission] of permissions)
      expect(permission["source_arn"]).toContain("${data.aws_sns_topic.");
    expect(named(direct, "aws_lambda_function", "function_name", "rainhooks-dev-hello")).toMatchObject({
      reserved_concurrent_executions: 20,
    });
    const mappings = resources(direct, "aws_lambda_event_source_mapping");
    expect(mappings.map(([id]) => id).join()).not.toContain("hello");
  });
});

describe("what a stage changes", () => {
  it("replaces the values of the definitions", () => {
    const changed = variant({
      integration: "acme",
      logRetentionDays: 3,
      webhooks: {
        hello: { deployed: false },
        "node-status": { leaveOut: ["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"] },
        "time-series": {
          memoryMiB: 512,
          timeoutS: 60,
          maxConcurrency: 50,
          batchSize: 500,
          windowS: 10,
          filterPolicy: { node_id: ["n1"] },
          environment: { TIME_SERIES_RETENTION_DAYS: "365" },
        },
      },
    });
    const names = resources(changed, "aws_lambda_function").map(([, { function_name }]) => function_name);
    expect(names).not.toContain("rainhooks-dev-hello");
    expect(named(changed, "aws_lambda_function", "function_name", "rainhooks-dev-time-series")).toMatchObject(
      {
        memory_size: 512,
        timeout: 60,
        environment: { variables: { TIME_SERIES_RETENTION_DAYS: "365", RAINHOOKS_INTEGRATION: "acme" } },
      },
    );
    expect(named(changed, "aws_sqs_queue", "name", "rainhooks-dev-time-series")).toMatchObject({
      visibility_timeout_seconds: 370,
    });
    const subscribed = (id: string) =>
      resources(changed, "aws_sns_topic_subscription").filter(([name]) => name.startsWith(id)).length;
    expect(subscribed("node-status_")).toBe(
      (WEBHOOKS.find(({ name }) => name === "node-status")?.events.length ?? 0) - 2,
    );
    const [, subscription] =
      resources(changed, "aws_sns_topic_subscription").find(([id]) => id.startsWith("time-series_")) ?? [];
    expect(subscription).toMatchObject({
      filter_policy: '{"node_id":["n1"]}',
      filter_policy_scope: "MessageAttributes",
    });
    expect(
      named(changed, "aws_cloudwatch_log_group", "name", "/aws/lambda/rainhooks-dev-archive"),
    ).toMatchObject({
      retention_in_days: 3,
    });
  });

  test.each<[string, Partial<StageConfig>, string]>([
    ["a name with capitals", { name: "Dev" }, "name must be"],
    ["an invalid account id", { accountId: "12" }, "accountId must have 12 digits"],
    ["the name of the stage on this machine", { name: "local" }, "reserved for the local stage"],
    ["no memory for the API", { queryApi: { memoryMiB: 64 } }, "queryApi.memoryMiB must be"],
    ["no instance for the API", { queryApi: { maxConcurrency: 0 } }, "queryApi.maxConcurrency must be"],
    ["an unknown webhook", { webhooks: { helo: {} } }, "unknown webhook helo (known: archive"],
    [
      "too little concurrency",
      { webhooks: { hello: { maxConcurrency: 1 } } },
      "batch.maxConcurrency must be 2 to 1,000",
    ],
    ["production with local state", { production: true }, "needs Terraform state in S3"],
    [
      "production whose archive can be deleted",
      { production: true, archive: { forceDestroy: true } },
      "archive.forceDestroy is not allowed",
    ],
    ["dropping data of an unknown webhook", { dropData: ["helo"] }, "dropData: unknown webhook helo"],
    [
      "dropping data that the API reads",
      { webhooks: { "time-series": { deployed: false } }, dropData: ["time-series"] },
      "which the query API reads",
    ],
    ["dropping data that are in use", { dropData: ["archive"] }, "archive is deployed and needs its data"],
    [
      "direct delivery without a limit",
      { webhooks: { hello: { delivery: "direct" } } },
      "needs maxConcurrency",
    ],
    [
      "direct delivery in batches",
      { webhooks: { hello: { delivery: "direct", maxConcurrency: 5, batchSize: 10 } } },
      "have no effect with direct delivery",
    ],
    [
      "a webhook whose topics are all left out",
      { topics: { leaveOut: ["rmaker.event.node_ts_data"] } },
      "webhook time-series has no topic",
    ],
    [
      "storage classes in the wrong order",
      { archive: { coolAfterDays: 60, freezeAfterDays: 70 } },
      "freezeAfterDays",
    ],
  ])("is rejected for %s", (_, change, message) => {
    expect(() => variant(change)).toThrow(message);
  });
});

describe("the data of a webhook that is not deployed", () => {
  const DATA = [
    "aws_dynamodb_table",
    "aws_s3_bucket",
    "aws_kinesis_firehose_delivery_stream",
    "aws_glue_catalog_database",
    "aws_glue_catalog_table",
  ];
  const dataIn = (synthesized: ReturnType<typeof variant>) =>
    Object.fromEntries(DATA.map((type) => [type, synthesized.resource[type]]));
  const off = { deployed: false };
  const none = { archive: off, "node-status": off, "time-series": off, hello: off };

  test.each<[string, Partial<StageConfig>]>([
    ["archive", { webhooks: { archive: off } }],
    ["node-status", { webhooks: { "node-status": off } }],
    ["time-series", { webhooks: { "time-series": off } }],
    ["every webhook and the API", { webhooks: none, queryApi: off }],
  ])("stay in the stack: %s", (_, change) => {
    expect(dataIn(variant(change))).toEqual(dataIn(stack));
  });

  it("leave it when the stage names them", () => {
    const dropped = variant({ webhooks: none, queryApi: off, dropData: ["archive", "time-series"] });
    expect(resources(dropped, "aws_kinesis_firehose_delivery_stream")).toEqual([]);
    expect(resources(dropped, "aws_s3_bucket")).toEqual([]);
    const tables = resources(dropped, "aws_dynamodb_table").map(([, { name }]) => name);
    expect(tables).toContain("rainhooks-dev-node-status");
    expect(tables).not.toContain("rainhooks-dev-time-series");
  });
});

describe("the archive", () => {
  const [[, stream] = ["", {}]] = resources(stack, "aws_kinesis_firehose_delivery_stream");

  it("is written gzipped, by hour, with a separate folder and log for errors", () => {
    expect(stream).toMatchObject({
      name: "rainhooks-dev-archive",
      extended_s3_configuration: {
        prefix: "deliveries/!{timestamp:yyyy/MM/dd/HH}/",
        error_output_prefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/",
        compression_format: "GZIP",
        buffering_interval: 300,
        buffering_size: 64,
        cloudwatch_logging_options: { enabled: true },
      },
    });
  });

  it("is a table with partition projection by hour", () => {
    const [[, table] = ["", {}]] = resources(stack, "aws_glue_catalog_table");
    expect(table["parameters"]).toMatchObject({
      "projection.enabled": "true",
      "projection.hour.format": "yyyy/MM/dd/HH",
      "storage.location.template": expect.stringMatching(/\/deliveries\/\$\$\{hour\}\/$/),
    });
    const { columns } = table["storage_descriptor"] as { columns: { name: string }[] };
    expect(columns.map(({ name }) => name)).toEqual(["id", "sentatms", "topic", "attributes", "body"]);
  });

  it("has saved queries and a limit for scanned data", () => {
    const [[, workgroup] = ["", {}]] = resources(stack, "aws_athena_workgroup");
    expect(workgroup["configuration"]).toMatchObject({
      enforce_workgroup_configuration: true,
      bytes_scanned_cutoff_per_query: 10 * 1024 ** 3,
    });
    expect(resources(stack, "aws_athena_named_query").length).toBeGreaterThanOrEqual(5);
  });

  it("can be Parquet, and have a folder per topic", () => {
    const other = variant({ archive: { format: "parquet", partitionByTopic: true } });
    expect(resources(other, "aws_kinesis_firehose_delivery_stream")[0]?.[1]).toMatchObject({
      extended_s3_configuration: {
        prefix: "deliveries/topic=!{partitionKeyFromQuery:topic}/!{timestamp:yyyy/MM/dd/HH}/",
        compression_format: "UNCOMPRESSED",
        dynamic_partitioning_configuration: { enabled: true },
        data_format_conversion_configuration: { enabled: true },
        processing_configuration: {
          processors: [
            { type: "RecordDeAggregation" },
            { type: "MetadataExtraction" },
            { type: "AppendDelimiterToRecord" },
          ],
        },
      },
    });
    const [[, table] = ["", {}]] = resources(other, "aws_glue_catalog_table");
    expect(table["parameters"]).toMatchObject({
      "projection.topic.type": "enum",
      "storage.location.template": expect.stringMatching(
        /\/deliveries\/topic=\$\$\{topic\}\/\$\$\{hour\}\/$/,
      ),
    });
    expect(JSON.stringify(table["storage_descriptor"])).toContain("ParquetHiveSerDe");
  });

  it("is deleted with its objects only if the stage says so", () => {
    const bucket = (synthesized: ReturnType<typeof variant>) =>
      resources(synthesized, "aws_s3_bucket").find(([id]) => id.startsWith("stream-archive_bucket"))?.[1];
    expect(bucket(variant({ archive: {} }))).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: false },
    });
    expect(bucket(variant({ archive: { forceDestroy: true } }))).toMatchObject({ force_destroy: true });
    expect(bucket(production)).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
  });

  it("moves to cheaper storage classes with age", () => {
    expect(JSON.stringify(resources(stack, "aws_s3_bucket_lifecycle_configuration"))).toMatch(
      /"days":30,"storage_class":"STANDARD_IA".*"days":90,"storage_class":"GLACIER_IR"/,
    );
  });
});

describe("tables", () => {
  const described = [
    filterRulesTable,
    ...[...WEBHOOKS, queryApi]
      .flatMap(({ resources: own }) => Object.values<Resource>(own))
      .flatMap((one) => (one.kind === "table" ? [one.table] : [])),
  ];

  test.each(described)("$name is as its code describes it", (table) => {
    expect(named(stack, "aws_dynamodb_table", "name", `rainhooks-dev-${table.name}`)).toMatchObject({
      billing_mode: "PAY_PER_REQUEST",
      hash_key: table.partitionKey.name,
      ...("sortKey" in table ? { range_key: table.sortKey?.name } : {}),
      ...("ttlAttribute" in table ? { ttl: { enabled: true, attribute_name: table.ttlAttribute } } : {}),
    });
  });

  it("are protected from deletion in production only", () => {
    for (const [, table] of resources(production, "aws_dynamodb_table")) {
      expect(table).toMatchObject({
        deletion_protection_enabled: true,
        lifecycle: { prevent_destroy: true },
      });
    }
    for (const [, table] of resources(stack, "aws_dynamodb_table")) {
      expect(table).toMatchObject({
        deletion_protection_enabled: false,
        lifecycle: { prevent_destroy: false },
      });
    }
  });
});

describe("the query API", () => {
  const lambda = named(stack, "aws_lambda_function", "function_name", "rainhooks-dev-query-api");

  it("has its own function with the names of its tables, and a URL that requires AWS credentials", () => {
    const { variables } = lambda["environment"] as { variables: Record<string, string> };
    expect(variables).toMatchObject({
      RAINHOOKS_STAGE: "dev",
      NODE_STATUS_TABLE: "rainhooks-dev-node-status",
      TIME_SERIES_TABLE: "rainhooks-dev-time-series",
    });
    expect(lambda).toMatchObject({ memory_size: 512, timeout: 30, runtime: "nodejs24.x" });
    expect(lambda).not.toHaveProperty("reserved_concurrent_executions");
    expect(resources(stack, "aws_lambda_function_url")).toMatchObject([
      [expect.any(String), { authorization_type: "AWS_IAM" }],
    ]);
    expect(resources(stack, "aws_lambda_permission")).toEqual([]);
  });

  it("may query the index of the node table, and no other index", () => {
    const [, attributes] =
      resources(stack, "aws_iam_role_policy").find(([id]) => id.startsWith("query-api")) ?? [];
    const indexes = String(attributes?.["policy"]).match(/\/index\/[\w*-]+/g);
    expect(indexes).toEqual(["/index/by-status"]);
  });

  it("has a policy for callers that allows invocations only through its URL", () => {
    const caller = named(stack, "aws_iam_policy", "name", "rainhooks-dev-query-api-caller");
    expect(JSON.parse(String(caller["policy"])).Statement).toMatchObject([
      {
        Action: ["lambda:InvokeFunctionUrl"],
        Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
      },
      { Action: ["lambda:InvokeFunction"], Condition: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } } },
    ]);
  });

  it("has alarms", () => {
    for (const metric of ["Errors", "Throttles", "Url5xxCount"]) {
      const alarms = resources(stack, "aws_cloudwatch_metric_alarm").filter(
        ([id, alarm]) => id.includes("query-api") && alarm["metric_name"] === metric,
      );
      expect([metric, alarms.length]).toEqual([metric, 1]);
    }
  });

  it("can have other memory and reserved concurrency, and can be left out", () => {
    const other = variant({ queryApi: { memoryMiB: 1024, maxConcurrency: 5 } });
    expect(named(other, "aws_lambda_function", "function_name", "rainhooks-dev-query-api")).toMatchObject({
      memory_size: 1024,
      reserved_concurrent_executions: 5,
    });
    const without = variant({ queryApi: { deployed: false } });
    expect(JSON.stringify(without.resource)).not.toMatch(/query-api/);
  });
});

describe("state, account and outputs", () => {
  it("stores the state of production in S3, encrypted and with a lock file", () => {
    expect(production.terraform["backend"]).toEqual({
      s3: {
        bucket: "rainhooks-state",
        encrypt: true,
        key: "prod/rainhooks-prod.tfstate",
        region: "us-east-1",
        use_lockfile: true,
      },
    });
    expect(production.terraform["required_version"]).toBe(">= 1.10");
  });

  it("stores the state of dev in a local file", () => {
    expect(stack.terraform["backend"]).toEqual({ local: { path: "../../../state/rainhooks-dev.tfstate" } });
  });

  it("deploys only to the configured account", () => {
    expect(variant({ accountId: "123456789012" }).provider.aws[0]?.["allowed_account_ids"]).toEqual([
      "123456789012",
    ]);
    expect(stack.provider.aws[0]).not.toHaveProperty("allowed_account_ids");
  });

  it("uses an emulator if an endpoint is configured", () => {
    const [provider] = variant({ endpoint: "http://127.0.0.1:5000" }).provider.aws;
    expect(provider).toMatchObject({ skip_credentials_validation: true, s3_use_path_style: true });
    expect(provider?.["endpoints"]).toMatchObject([
      { sqs: "http://127.0.0.1:5000", dynamodb: "http://127.0.0.1:5000" },
    ]);
  });

  it("publishes the names and URLs for the command line", () => {
    const parameter = named(stack, "aws_ssm_parameter", "name", "/rainhooks/dev/outputs");
    expect(v.parse(stageOutputs, JSON.parse(String(parameter["value"])))).toMatchObject({
      stage: "dev",
      region: "us-east-1",
      tables: { "node-status": "rainhooks-dev-node-status", "filter-rules": "rainhooks-dev-filter-rules" },
      archive: { athena: { table: expect.any(String) } },
      webhooks: { hello: { queueUrl: expect.any(String), deadLetterQueueUrl: expect.any(String) } },
      queryApi: { url: expect.stringContaining("function_url") },
    });
  });

  it("sends alarms by e-mail if an address is configured", () => {
    const withEmail = variant({ alarms: { email: "someone@example.com" } });
    expect(named(withEmail, "aws_sns_topic_subscription", "protocol", "email")).toMatchObject({
      endpoint: "someone@example.com",
    });
  });
});

describe("synthesis", () => {
  it("makes the same zip from the same bundle, in any folder", () => {
    const again = synthesize(dev);
    expect(again.stack).toEqual(stack);
    for (const [, { filename }] of resources(stack, "aws_lambda_function")) {
      const hash = (where: string) =>
        createHash("sha256")
          .update(readFileSync(join(where, String(filename))))
          .digest("hex");
      expect(hash(again.folder)).toBe(hash(folder));
    }
  });

  it("makes one stack per stage, and one for the bucket of their state", () => {
    const app = makeApp([dev, prod], CONTENTS, { outdir: join(folder, "all") });
    expect(app.node.children.map(({ node }) => node.id).sort()).toEqual([
      "rainhooks-dev",
      "rainhooks-prod",
      "rainhooks-state",
    ]);
  });
});

describe("policy", () => {
  it("rejects a wildcard without a reason", () => {
    expect(() => policy([{ actions: ["s3:GetObject"], resources: ["*"] }])).toThrow("without a reason");
    expect(() => policy([{ actions: ["s3:*"], resources: ["arn"] }])).toThrow(
      "List the actions without wildcards",
    );
  });
});
