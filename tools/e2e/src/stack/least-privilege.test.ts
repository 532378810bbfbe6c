import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { questionsFor } from "@rainhooks/app-list/questions";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import {
  ALL_FUNCTIONS,
  startTestStage,
  type TestStage,
} from "@rainhooks/app-local/testing/test-stage";
import { synthesize } from "@rainhooks/infra/synthesize";
import { type CallRecorder, startCallRecorder } from "@rainhooks/infra/testing/call-recorder";
import { publishManyChanges } from "@rainhooks/infra/testing/many-changes";
import { roleAllows } from "@rainhooks/infra/testing/role-allows";
import { dev } from "@rainhooks/infra/testing/stages";
import { publishEvent } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { eventually } from "@rainhooks/testing/eventually";
import { PLAYS } from "../lists/plays.ts";
import type { Result, StagePlay } from "../stage-play.ts";

/*
 * Checks the policies against the calls that the bundles really make: while a fleet publishes to
 * the local stage, every AWS call of each function is recorded, and then evaluated against the
 * policy that the function has in AWS.
 */

const { stack } = synthesize({
  ...dev,
  functions: { ...dev.functions, rounds: { deployed: true } },
});

const isAllowed = (name: string, action: string, resource: string) =>
  roleAllows(stack, name, action, resource);

const OLD_NODE = "node-of-the-past";

/** Publishes a point of a past day, so that rollups are used, and waits until it is stored. */
async function publishOldPoint(stage: Stage): Promise<void> {
  const records = [{ t: Math.floor(Date.now() / 1000) - 3 * 86_400, v: 1.5 }];
  const ts_data = [{ name: "Old.Value", dt: "float", records }];
  await publishEvent(stage, "rmaker.event.node_ts_data", { node_id: OLD_NODE, ts_data });
  const isThere = async () =>
    (await fetch(`${stage.apiUrl}/v1/nodes/${OLD_NODE}/series`)).ok &&
    (await fetch(`${stage.apiUrl}/v1/nodes/${OLD_NODE}`)).ok;
  await eventually(isThere, (there) => there);
}

/** Sends every query to the query API, so that it makes every kind of AWS call. */
async function queryEverything(url: string): Promise<void> {
  const sent = new Set<string>();
  const get = async (path: string): Promise<Result> => {
    const response = await fetch(url + path);
    // A node that has sent no readings has no series.
    if (!path.endsWith("/series")) expect([path, response.status]).toEqual([path, 200]);
    for (const { name, path: pattern } of questionsFor())
      if (new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(path.split("?")[0] ?? ""))
        sent.add(name);
    return (await response.json()) as Result;
  };
  for (const path of ["node-counts", "fleet", "firmware"]) await get(`/v1/${path}`);
  await get(`/v1/nodes/${OLD_NODE}/values?series=Old.Value&aggregate=max&interval=day`);
  await get(`/v1/nodes/${OLD_NODE}/alerts`);
  for (const { ask } of PLAYS) await ask?.(get);
  const { next } = await get("/v1/nodes?limit=1");
  const { nodes = [] } = await get(`/v1/nodes?page=${next}`);
  for (const { nodeId } of nodes) {
    await get(`/v1/nodes/${nodeId}`);
    await get(`/v1/nodes/${nodeId}/timeline`);
    const { series = [] } = await get(`/v1/nodes/${nodeId}/series`);
    for (const { name = "", dataType } of series)
      if (dataType === "float")
        await get(
          `/v1/nodes/${nodeId}/values?series=${encodeURIComponent(name)}&aggregate=avg&interval=hour&timezone=Asia/Kolkata`,
        );
  }
  expect([...sent].toSorted()).toEqual(
    questionsFor()
      .map(({ name }) => name)
      .toSorted(),
  );
}

/** Whether a call is one that every run shows if a function makes it. */
function isUsual(name: string, call: string): boolean {
  // On a busy machine, a call can fail, and its record comes again later.
  if (call.startsWith("sqs:ChangeMessageVisibility ")) return false;
  // About every topic and queue.
  if (call.startsWith("sns:ListSubscriptionsByTopic ")) return false;
  if (name === "rounds" && call.startsWith("sqs:GetQueueAttributes ")) return false;
  if (PLAYS.some(({ rare }) => rare?.[name]?.includes(call))) return false;
  // It notes how far it has come at most four times a minute, and only while there are rules: a
  // short run can be without.
  return !(
    ["node-status", "time-series"].includes(name) &&
    call === "dynamodb:UpdateItem rainhooks-dev-alarms"
  );
}

/** The calls that the functions of the platform are known to make. */
const CALLS: StagePlay["calls"] = {
  archive: [
    "dynamodb:UpdateItem rainhooks-dev-archive-hours",
    "dynamodb:UpdateItem rainhooks-dev-rounds",
    "firehose:PutRecordBatch rainhooks-dev-archive",
  ],
  hello: [
    "dynamodb:BatchGetItem rainhooks-dev-filter-rules",
    "dynamodb:UpdateItem rainhooks-dev-rounds",
    "sqs:SendMessage rainhooks-dev-hello-dead-letters",
  ],
  "node-status": [
    "dynamodb:BatchGetItem rainhooks-dev-filter-rules",
    "dynamodb:BatchGetItem rainhooks-dev-node-status",
    "dynamodb:BatchWriteItem rainhooks-dev-node-status",
    "dynamodb:BatchWriteItem rainhooks-dev-node-timeline",
    "dynamodb:PutItem rainhooks-dev-node-status",
    "dynamodb:UpdateItem rainhooks-dev-rounds",
    "sqs:SendMessage rainhooks-dev-node-status-dead-letters",
  ],
  "query-api": [
    "dynamodb:GetItem rainhooks-dev-node-status",
    "dynamodb:Query rainhooks-dev-fleet-samples",
    "dynamodb:Query rainhooks-dev-node-status",
    "dynamodb:Query rainhooks-dev-node-status/index/by-id",
    "dynamodb:Query rainhooks-dev-node-status/index/by-status",
    "dynamodb:Query rainhooks-dev-node-timeline",
    "dynamodb:Query rainhooks-dev-time-series",
    "dynamodb:Query rainhooks-dev-time-series-rollups",
    "dynamodb:UpdateItem rainhooks-dev-time-series-rollups",
  ],
  rounds: [
    "dynamodb:DeleteItem rainhooks-dev-rounds",
    "dynamodb:PutItem rainhooks-dev-rounds",
    "dynamodb:Scan rainhooks-dev-rounds",
  ],
  "time-series": [
    "dynamodb:BatchGetItem rainhooks-dev-filter-rules",
    "dynamodb:BatchGetItem rainhooks-dev-time-series-rollups",
    "dynamodb:BatchWriteItem rainhooks-dev-time-series",
    "dynamodb:UpdateItem rainhooks-dev-rounds",
    "sqs:SendMessage rainhooks-dev-time-series-dead-letters",
  ],
};

/**
 * Functions that a command invokes are in tests of the command: for store-work,
 * `repair/calls.e2e.test.ts`.
 */
const NAMES = SHIPPED.flatMap(({ name, optional, trigger }) =>
  optional === true || trigger === "invocation" ? [] : [name],
);

/** Topics that a deployed stage has only if its file names them, while a local one has all. */
const ONLY_IF_NAMED = [
  "esp_rainmaker_sns_user_node_sharing_remove",
  "rainhooks-dev-node-session-ended",
];

describe("the policies of the functions", () => {
  const recorders = new Map<string, CallRecorder>();
  let running: TestStage | undefined;

  beforeAll(async () => {
    running = await startTestStage({
      functions: ALL_FUNCTIONS,
      functionEndpoint: async (webhook, endpoint) => {
        const recorder = await startCallRecorder(endpoint);
        recorders.set(webhook, recorder);
        return recorder.endpoint;
      },
    });
    for (const { prepare } of PLAYS) await prepare?.(running.stage);
    const options = {
      seed: 9,
      nodes: 15,
      events: 300,
      duplicates: 0.1,
      undecodable: 0.05,
    };
    const problems: string[] = [];
    const { reconciliation } = await runTestFleet(running, options, (text) => problems.push(text));
    await publishOldPoint(running.stage);
    await publishManyChanges(running.stage, OLD_NODE);
    const started = running;
    await Promise.all(PLAYS.map(({ play }) => play?.(started)));
    await queryEverything(running.stage.apiUrl);
    expect(problems).toEqual([]);
    expect(reconciliation.problems).toEqual([]);
  });
  afterAll(async () => {
    await running?.stop();
    for (const recorder of recorders.values()) await recorder.stop();
  });

  function callsOf(webhook: string): string[] {
    const calls = recorders.get(webhook)?.calls ?? [];
    return [
      ...new Set(
        calls.map(
          ({ action, resource }) =>
            `${action} ${resource.replace("rainhooks-local-", "rainhooks-dev-")}`,
        ),
      ),
    ];
  }

  test.each(NAMES)("the policy of %s allows every call that the function makes", async (name) => {
    const calls = callsOf(name);
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      const [action = "", resource = ""] = call.split(" ");
      if (ONLY_IF_NAMED.includes(resource)) continue;
      expect([call, await isAllowed(name, action, resource)]).toEqual([call, true]);
    }
  });

  it("the policies are tested with all calls that the functions are known to make", () => {
    const usual = NAMES.map((name) => [
      name,
      callsOf(name)
        .filter((call) => isUsual(name, call))
        .sort(),
    ]);
    const known = NAMES.map((name) => [
      name,
      [CALLS, ...PLAYS.map(({ calls }) => calls)].flatMap((calls) => calls[name] ?? []).sort(),
    ]);
    expect(Object.fromEntries(usual)).toEqual(Object.fromEntries(known));
  });

  for (const { tests } of PLAYS) tests?.((name) => recorders.get(name)?.calls ?? [], stack);

  test.each([
    ["node-status", "dynamodb:PutItem", "rainhooks-dev-time-series"],
    ["node-status", "dynamodb:DeleteItem", "rainhooks-dev-node-status"],
    ["node-status", "dynamodb:Scan", "rainhooks-dev-node-status"],
    ["node-status", "dynamodb:PutItem", "rainhooks-dev-filter-rules"],
    ["node-status", "dynamodb:PutItem", "rainhooks-prod-node-status"],
    ["node-status", "sqs:SendMessage", "rainhooks-dev-hello-dead-letters"],
    ["time-series", "dynamodb:BatchWriteItem", "rainhooks-dev-node-status"],
    ["time-series", "dynamodb:DeleteTable", "rainhooks-dev-time-series"],
    ["query-api", "dynamodb:PutItem", "rainhooks-dev-node-status"],
    ["query-api", "dynamodb:Scan", "rainhooks-dev-node-status"],
    ["query-api", "dynamodb:BatchWriteItem", "rainhooks-dev-time-series"],
    ["query-api", "dynamodb:DeleteItem", "rainhooks-dev-time-series-rollups"],
    ["query-api", "dynamodb:Query", "rainhooks-prod-node-status/index/by-status"],
    ["query-api", "sqs:ReceiveMessage", "rainhooks-dev-node-status-dead-letters"],
    ["rounds", "dynamodb:Scan", "rainhooks-dev-node-status"],
    ["rounds", "sqs:ReceiveMessage", "rainhooks-dev-node-status-dead-letters"],
    ["node-status", "dynamodb:PutItem", "rainhooks-dev-rounds"],
    ["fleet-samples", "dynamodb:PutItem", "rainhooks-dev-node-status"],
    ["fleet-samples", "dynamodb:GetItem", "rainhooks-dev-node-status"],
    ["fleet-samples", "dynamodb:DeleteItem", "rainhooks-dev-fleet-samples"],
    ["query-api", "dynamodb:PutItem", "rainhooks-dev-fleet-samples"],
    ["archive", "firehose:DeleteDeliveryStream", "rainhooks-dev-archive"],
    ["archive", "firehose:PutRecordBatch", "rainhooks-dev-other"],
    ["archive", "dynamodb:BatchGetItem", "rainhooks-dev-filter-rules"],
    ["archive", "s3:PutObject", "rainhooks-dev-archive-1/deliveries/x"],
    ["hello", "sqs:SendMessage", "rainhooks-dev-hello"],
    ["hello", "sqs:ReceiveMessage", "rainhooks-dev-archive"],
    ["hello", "sqs:PurgeQueue", "rainhooks-dev-hello-dead-letters"],
    ["hello", "sns:Publish", "esp_rainmaker_sns_node_connected"],
  ])("the policy of %s does not allow %s on %s", async (webhook, action, resource) => {
    expect(await isAllowed(webhook, action, resource)).toBe(false);
  });
});
