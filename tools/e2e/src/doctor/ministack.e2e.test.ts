import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  GetFunctionConfigurationCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { type Diagnosis, diagnose } from "@rainhooks/extensions/doctor/diagnose";
import { systemKey } from "@rainhooks/filter/rule";
import { writeRules } from "@rainhooks/filter/rule-table";
import { SHIPPED_CONTENTS } from "@rainhooks/infra/contents";
import { operatorStatements } from "@rainhooks/infra/policies/operator";
import { isAllowed } from "@rainhooks/infra/testing/is-allowed";
import { ARCHIVE, type MinistackStage, startMinistack } from "@rainhooks/infra/testing/ministack";
import { dev } from "@rainhooks/infra/testing/stages";
import { forward, type ServiceProxy, startProxy } from "@rainhooks/local/aws/faults/proxy";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { placesWith } from "../privacy/stored-places.ts";
import { recordSentCalls, type SentCall } from "./recorded-calls.ts";

/* Runs only where ministack is installed; otherwise the test command skips it and says so. */

const NODE_STATUS = "rainhooks-dev-node-status";

let ministack: MinistackStage;
let proxy: ServiceProxy;
let stage: StageAccess;
let sent: readonly SentCall[];
let topicArn: string;
/** What the doctor has called. */
const called = new Map<string, SentCall>();

beforeAll(async () => {
  ministack = await startMinistack(dev);
  const { endpoint, services, outputs } = ministack;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  });
  proxy = await startProxy(async (request, body) => {
    const isRefused = String(request.headers["x-amz-target"]).endsWith(".PutItem");
    if (!isRefused || JSON.parse(body.toString()).TableName !== NODE_STATUS)
      return forward(endpoint, request, body);
    const message = `User: arn:aws:sts::123456789012:assumed-role/${NODE_STATUS}/${NODE_STATUS} is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/${NODE_STATUS}`;
    const refusal = JSON.stringify({
      __type: "com.amazon.coral.service#AccessDeniedException",
      message,
    });
    const headers = { "content-type": "application/x-amz-json-1.0" };
    return { status: 400, headers, body: Buffer.from(refusal) };
  });
  sent = recordSentCalls(services.sns);
  stage = { outputs, clients: services, local: undefined };
  const { TopicArn = "" } = await services.sns.send(
    new CreateTopicCommand({ Name: "rainhooks-dev-alarms" }),
  );
  topicArn = TopicArn;
  await new CloudWatchClient({
    endpoint,
    region: "us-east-1",
    credentials: LOCAL_CREDENTIALS,
  }).send(
    new PutMetricAlarmCommand({
      AlarmName: "rainhooks-dev-hello-failing",
      AlarmActions: [topicArn],
      EvaluationPeriods: 1,
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Statistic: "Sum",
      Period: 60,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  );
  await hear();
});
afterAll(async () => {
  ministack.stop();
  await proxy.stop();
});

async function look(waitMs = 30_000): Promise<Diagnosis> {
  const from = sent.length;
  const request = { lookOnly: false, ring: false, wait: waitMs };
  const diagnosis = await diagnose(stage, { functions: SHIPPED, request });
  for (const call of sent.slice(from)) called.set(JSON.stringify(call), call);
  return diagnosis;
}
/** What is wrong while something is cut. */
async function wrongWhile(cut: () => Promise<() => Promise<unknown>>): Promise<string[]> {
  const mend = await cut();
  const { checks } = await look(3000);
  await mend();
  return checks.flatMap(({ name, findings }) =>
    findings.flatMap(({ outcome, text }) =>
      outcome === "wrong" || outcome === "note" ? [`${name}: ${text}`] : [],
    ),
  );
}

/** Subscribes a queue to the topic of alarms. */
async function hear(): Promise<void> {
  const { sns } = ministack.services;
  const Endpoint = "arn:aws:sqs:us-east-1:123456789012:rainhooks-dev-hello-dead-letters";
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint }));
}

async function unsubscribe(TopicArn: string, queue: string): Promise<string> {
  const { sns } = ministack.services;
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const found = Subscriptions.find(({ Endpoint = "" }) => Endpoint.endsWith(`:${queue}`));
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: found?.SubscriptionArn }));
  return found?.Endpoint ?? "";
}

/** Changes the environment of the function of node status. */
async function setEnvironment(change: (before: Record<string, string>) => Record<string, string>) {
  const { lambda } = ministack.services;
  const name = { FunctionName: NODE_STATUS };
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand(name));
  const before = Environment?.Variables ?? {};
  const set = (Variables: Record<string, string>) =>
    lambda.send(new UpdateFunctionConfigurationCommand({ ...name, Environment: { Variables } }));
  await set(change(before));
  return async () => {
    await set(before);
    // What it could not handle would come again in a later test.
    await ministack.services.sqs.send(new PurgeQueueCommand({ QueueUrl: nodeStatusQueue() }));
  };
}

function nodeStatusQueue(): string {
  const node = stage.outputs.functions["node-status"];
  return node?.trigger === "topics" ? node.queueUrl : "";
}

describe("the doctor of a stage on ministack", () => {
  it("the doctor finds no problem in less than two minutes", async () => {
    const { checks, wrong, tookMs } = await look(90_000);
    expect([
      wrong,
      checks.flatMap((one) => one.findings).filter(({ outcome }) => outcome === "wrong"),
    ]).toEqual([0, []]);
    const { findings = [] } = checks.find(({ name }) => name === "event") ?? {};
    expect(findings.map(({ text }) => text)).toEqual([
      `2 events of the node ${TRIAL_NODE} were published`,
      "archive has them",
      "forward runs, and leaves them out",
      "hello runs, and leaves them out",
      "node-status has them",
      "time-series has them",
      expect.stringMatching(/^taken out: [1-9]\d* items of tables, 2 lines of the archive/),
    ]);
    expect(tookMs).toBeLessThan(120_000);
  });

  it("the doctor names a subscription that is gone", async () => {
    const TopicArn = stage.outputs.archive?.topics?.["node_ts_data"] ?? "";
    const found = await wrongWhile(async () => {
      const Endpoint = await unsubscribe(TopicArn, "rainhooks-dev-time-series");
      return () =>
        ministack.services.sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
    });
    expect(found).toContain(
      "subscriptions: time-series is not subscribed to esp_rainmaker_sns_node_ts_data",
    );
  });

  it("the doctor names a queue whose policy was narrowed", async () => {
    const { sqs } = ministack.services;
    const QueueUrl = nodeStatusQueue();
    const read = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] });
    const { Policy = "" } = (await sqs.send(read)).Attributes ?? {};
    const set = (text: string) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: text } }));
    const found = await wrongWhile(async () => {
      await set(Policy.replaceAll(/"arn:[^"]*node_connected",?/g, ""));
      return () => set(Policy);
    });
    expect(found).toEqual([
      "queue-policies: the policy of the queue of node-status refuses esp_rainmaker_sns_node_connected",
    ]);
  });

  it("the doctor names an event source mapping that is off", async () => {
    const { lambda } = ministack.services;
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: "rainhooks-dev-time-series" }),
    );
    const set = (Enabled: boolean) =>
      Promise.all(
        EventSourceMappings.map(({ UUID }) =>
          lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled })),
        ),
      );
    const found = await wrongWhile(async () => {
      await set(false);
      return () => set(true);
    });
    expect(found).toContain(
      "functions: nothing takes what is in the queue of time-series: its mapping is off",
    );
  });

  it("the doctor names a table that a function may not write to", async () => {
    const found = await wrongWhile(() =>
      setEnvironment((before) => ({ ...before, AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint })),
    );
    expect(found).toEqual([
      expect.stringMatching(
        /^event: the events are not in node-status: sink-\w+: .*not authorized to perform/,
      ),
    ]);
    expect(found.join()).not.toContain("assumed-role");
  });

  it("the doctor names a function that throws", async () => {
    const found = await wrongWhile(() =>
      setEnvironment(({ RAINHOOKS_STAGE: _, ...before }) => before),
    );
    expect(found).toEqual([
      expect.stringMatching(
        /^event: the events are not in node-status: its function throws: .*RAINHOOKS_STAGE/,
      ),
    ]);
  });

  it("the doctor names a topic of alarms without subscribers", async () => {
    const found = await wrongWhile(async () => {
      await unsubscribe(topicArn, "rainhooks-dev-hello-dead-letters");
      return hear;
    });
    expect(found).toEqual([
      "alarm-topics: nobody is subscribed to rainhooks-dev-alarms, which alarms tell",
    ]);
  });

  it("the doctor leaves nothing behind when all is repaired", async () => {
    const { wrong } = await look(60_000);
    expect(wrong).toBe(0);
    expect(stage.outputs.archive?.bucket).toBe(ARCHIVE);
    expect(await placesWith(stage, TRIAL_NODE)).toEqual([]);
  });

  // Functions know a rule for a minute: what follows would be refused, too.
  it("the doctor names a filter rule that refuses events", async () => {
    const table = { client: ministack.services.dynamodb, tableName: "rainhooks-dev-filter-rules" };
    const type = "rmaker.event.node_ts_data";
    const write = (integrations: string[]) =>
      writeRules(table, [{ ...systemKey(type), enabled: true, integrations }], [], {
        fromMs: Date.now() - 1000,
      });
    const found = await wrongWhile(async () => {
      await write(["another"]);
      return () => write([stage.outputs.integration]);
    });
    expect(found).toContain(
      "filter-rules: a rule (system: integration-not-listed) refuses node_ts_data to the stage",
    );
  });

  it("the doctor may make exactly the calls that it makes, except publishing", async () => {
    const statements = operatorStatements(dev, SHIPPED_CONTENTS, ["doctor"]);
    // Without the lookup of functions by their mappings, which IAM does not limit.
    const calls = [...called.values()].map(({ action, resource }) =>
      action === "lambda:ListEventSourceMappings"
        ? { action, resource: "*" }
        : { action, resource },
    );
    for (const { action, resource } of calls)
      expect([action, resource, await isAllowed(statements, action, resource)]).toEqual([
        action,
        resource,
        action !== "sns:Publish",
      ]);
    const used = new Set(calls.map(({ action }) => action));
    const allowed = statements
      .filter(({ Sid }) => Sid.endsWith("ForDoctor"))
      .flatMap(({ Sid, Action }) => Action.map((action) => [Sid, action] as const));
    const unused = allowed.filter(([, action]) => !used.has(action));
    // Nothing rings, and none of its events has become a dead letter.
    expect(unused.map(([, action]) => action).toSorted()).toEqual([
      "cloudwatch:DescribeAlarmHistory",
      "cloudwatch:SetAlarmState",
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
    ]);
  });
});
