import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { type EventType, shortType } from "@rainhooks/core/catalog";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import { attemptsOfEvent } from "@rainhooks/extensions/forwarding/attempts/read-attempts";
import { destinationOf } from "@rainhooks/extensions/forwarding/destinations/destination-item";
import { readSettings } from "@rainhooks/extensions/forwarding/destinations/read-settings";
import { putDestination } from "@rainhooks/extensions/forwarding/destinations/store";
import { formatSecrets } from "@rainhooks/extensions/forwarding/secrets/parse";
import { newSigningSecret } from "@rainhooks/extensions/forwarding/secrets/rotate";
import { ssmSecretStore } from "@rainhooks/extensions/forwarding/secrets/ssm-store";
import { verifyByFunctions } from "@rainhooks/extensions/repair/work/function-works";
import type { WorkReply } from "@rainhooks/extensions/repair/work/work-request";
import { readNode } from "@rainhooks/node-status/read-node";
import { topicName } from "@rainhooks/stack/topics";
import { eventually } from "@rainhooks/testing/eventually";
import { freePort } from "@rainhooks/testing/listen";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { readPoints } from "@rainhooks/time-series/read-points";
import type { StageConfig } from "./config.ts";
import { synthesizeIn } from "./synthesize.ts";
import { applyToEmulator, emulatorServices } from "./testing/apply-to-emulator.ts";
import { dev } from "./testing/stages.ts";

/*
 * Runs only where ministack is installed; otherwise the test command skips it and says so. ministack is an
 * independent implementation: it runs the deployed zips as functions, and delivers to them through event
 * source mappings of its own.
 */
const COMMAND = process.env["MINISTACK"] ?? "ministack";
const NODE = "judged-node";
/** What the hash of its id says. */
const BUCKET_OF_NODE = 152;
const ARCHIVE = "rainhooks-dev-archive-test";

/** Receivers on this machine are allowed, and functions verify. */
const judged: StageConfig = {
  ...dev,
  functions: {
    attempts: { settings: { allowPrivate: ["127.0.0.0/8"] } },
    "store-work": { deployed: true },
  },
};

describe("the deployed zips on ministack", () => {
  const folder = mkdtempSync(join(tmpdir(), "ministack-"));
  let ministack: ChildProcess;
  let services: ReturnType<typeof emulatorServices>;
  let receiver: TestReceiver;

  beforeAll(async () => {
    const port = await freePort();
    ministack = spawn(COMMAND, [], { cwd: folder, stdio: "ignore", env: environment(port) });
    const endpoint = `http://127.0.0.1:${port}`;
    const isUp = () =>
      fetch(`${endpoint}/_ministack/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    await eventually(isUp, (up) => up);
    services = emulatorServices(endpoint);
    await applyToEmulator(synthesizeIn(join(folder, "out"), judged), services);
    await addDestination(endpoint);
    await publishAll();
  });
  afterAll(async () => {
    await receiver.stop();
    ministack.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  /** It runs functions with the first Node.js on its path. Its own variables must not reach them. */
  function environment(port: string): NodeJS.ProcessEnv {
    const { LOG_LEVEL, ...env } = process.env;
    const PATH = `${dirname(process.execPath)}${delimiter}${env["PATH"]}`;
    return {
      ...env,
      PATH,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: port,
      MINISTACK_ACCOUNT_ID: "123456789012",
      LAMBDA_EXECUTOR: "local",
    };
  }

  async function publish(topic: string, message: string): Promise<void> {
    const { TopicArn } = await services.sns.send(
      new CreateTopicCommand({ Name: `esp_rainmaker_sns_${topic}` }),
    );
    await services.sns.send(new PublishCommand({ TopicArn, Message: message }));
  }

  /** Adds a destination whose receiver fails once. */
  async function addDestination(endpoint: string): Promise<void> {
    receiver = await startReceiver((_, response) =>
      response.writeHead(receiver.requests.length === 1 ? 503 : 204).end(),
    );
    const client = { endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS };
    const secrets = ssmSecretStore({ prefix: "/rainhooks-secrets/dev/destinations", client });
    const url = `${receiver.url}/hooks/secret-path`;
    await secrets.put(
      "crm",
      formatSecrets({ url, signingSecrets: [{ secret: newSigningSecret() }], headers: {} }),
    );
    const settings = readSettings({ id: "crm", url: receiver.url, events: ["alert"] });
    const store = { client: services.dynamodb, tableName: "rainhooks-dev-destinations" };
    await putDestination(store, destinationOf(settings, { nowMs: Date.now() }));
  }

  async function publishAll(): Promise<void> {
    const timestamp = Date.now();
    const connectivity = { connected: true, timestamp };
    const series = [{ name: "T.Temp", dt: "float", records: [{ t: Math.floor(timestamp / 1000), v: 21.5 }] }];
    await publish(
      "node_connected",
      JSON.stringify({
        event_type: "rmaker.event.node_connected",
        timestamp,
        event_data: { node_id: NODE, connectivity },
      }),
    );
    await publish(
      "node_ts_data",
      JSON.stringify({
        event_type: "rmaker.event.node_ts_data",
        event_data: { node_id: NODE, ts_data: series },
      }),
    );
    await publish("user_node_added", "{not json");
    await publish(
      "node_alert",
      JSON.stringify({
        event_type: "rmaker.event.alert",
        timestamp,
        event_data: { node_id: NODE, user_id: "u1", message_body: "Too hot" },
      }),
    );
  }

  it("write the row of the node", async () => {
    const reader = { client: services.dynamodb, tableName: "rainhooks-dev-node-status" };
    const row = await eventually(
      () => readNode(reader, NODE),
      // Its readings may come first: then it is known, and nobody knows yet whether it is online.
      (found) => found?.state === "online",
    );
    expect(row).toMatchObject({ nodeId: NODE, state: "online" });
  });

  it("write the points of the series", async () => {
    const reader = { client: services.dynamodb, tableName: "rainhooks-dev-time-series" };
    const range = { nodeId: NODE, name: "T.Temp", fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    const points = await eventually(
      () => readPoints(reader, range, Date.now()),
      ({ length }) => length > 0,
    );
    expect(points).toMatchObject([{ value: 21.5 }]);
  });

  it("archive every delivery, also the one that cannot be decoded", async () => {
    const lines = async () => {
      const objects = await Promise.all(
        (await keysIn("deliveries/")).map((Key) =>
          services.s3.send(new GetObjectCommand({ Bucket: ARCHIVE, Key })),
        ),
      );
      const bodies = await Promise.all(objects.map(({ Body }) => Body?.transformToByteArray()));
      return bodies.flatMap((bytes) =>
        textOf(bytes ?? new Uint8Array())
          .split("\n")
          .filter((line) => line !== ""),
      );
    };
    const found = await eventually(lines, ({ length }) => length >= 4);
    expect(found.map((line) => JSON.parse(line).body).sort()).toEqual(
      expect.arrayContaining([expect.stringContaining(NODE), "{not json"]),
    );
  });

  it("forward an alert, with a secret parameter, and again after a failure", async () => {
    const requests = await eventually(
      () => receiver.requests,
      ({ length }) => length >= 2,
    );
    expect(requests.map(({ path }) => path)).toEqual(["/hooks/secret-path", "/hooks/secret-path"]);
    const [first, second] = requests.map(({ headers }) => headers);
    expect(first?.["webhook-signature"]).toMatch(/^v1,/);
    expect(second?.["webhook-id"]).toBe(first?.["webhook-id"]);
    const log = { client: services.dynamodb, tableName: "rainhooks-dev-attempts" };
    const attempts = await eventually(
      () => attemptsOfEvent(log, String(first?.["webhook-id"])),
      ({ length }) => length === 2,
    );
    expect(attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, "failed"],
      [2, "delivered"],
    ]);
  });

  it("verify the row of the node, with files beside the archive that are deleted then", async () => {
    const compared = await eventually(verifyNode, ({ isDifferent }) => !isDifferent);
    expect(compared).toMatchObject({ differences: [], counts: { nodes: 1, equalNodes: 1 } });
    expect(await keysIn("work/")).toEqual([]);
  });

  /** Lets the function do what `rainhooks verify node-status` asks of it, for one node. */
  async function verifyNode() {
    const store = "node-status";
    const { events, filtered } = SHIPPED_WEBHOOKS.find(({ name }) => name === store) ?? {
      events: [],
      filtered: false,
    };
    const arn = (type: EventType) => `arn:aws:sns:us-east-1:123456789012:${topicName({}, type)}`;
    const topics = Object.fromEntries(events.map((type) => [shortType(type), arn(type)]));
    const setup = {
      ...({ store, slot: "a", integration: "rainhooks-dev" } as const),
      settings: { timelineDays: 90, seenIntervalS: 3600 },
      webhook: { events, filtered, subscribed: { topics } },
    };
    const parts = { invoke, concurrency: 1, bytesOf: async () => 0, wait: async () => undefined };
    const { works, stop } = await verifyByFunctions(setup, parts)({ nodes: [NODE] }, "");
    const [work] = works;
    if (work === undefined) throw new Error("Nothing does the work.");
    for (const table of ["node-status", "node-timeline"]) await work.readTable({ table, segment: 0, of: 1 });
    const readAtMs = Date.now();
    const range = { fromMs: 0, toMs: readAtMs, readAtMs };
    expect(await work.readObjects(await keysIn("deliveries/"), range)).toMatchObject({ problems: [] });
    const place = await work.endReading();
    expect(await keysIn(place)).not.toEqual([]);
    const compared = await work.comparePartition(BUCKET_OF_NODE, [place], { ...range, isFromAsked: false });
    await stop();
    return compared;
  }

  async function keysIn(Prefix: string): Promise<string[]> {
    const { Contents = [] } = await services.s3.send(new ListObjectsV2Command({ Bucket: ARCHIVE, Prefix }));
    return Contents.map(({ Key = "" }) => Key);
  }

  async function invoke(request: unknown): Promise<WorkReply> {
    const { Payload, FunctionError } = await services.lambda.send(
      new InvokeCommand({ FunctionName: "rainhooks-dev-store-work", Payload: JSON.stringify(request) }),
    );
    expect([FunctionError, Payload?.transformToString()]).toEqual([undefined, expect.any(String)]);
    return JSON.parse(Payload?.transformToString() ?? "");
  }

  it("put what cannot be decoded into the dead-letter queue", async () => {
    const { QueueUrl } = await services.sqs.send(
      new GetQueueUrlCommand({ QueueName: "rainhooks-dev-node-status-dead-letters" }),
    );
    const AttributeNames = ["ApproximateNumberOfMessages" as const];
    const depth = async () => {
      const { Attributes } = await services.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
      );
      return Number(Attributes?.["ApproximateNumberOfMessages"]);
    };
    expect(await eventually(depth, (count) => count > 0)).toBe(1);
  });

  it("answer the query API's questions", async () => {
    const http = { method: "GET", path: `/v1/nodes/${NODE}`, sourceIp: "127.0.0.1" };
    const event = {
      version: "2.0",
      rawPath: http.path,
      rawQueryString: "",
      headers: {},
      requestContext: { http },
      isBase64Encoded: false,
    };
    const { Payload } = await services.lambda.send(
      new InvokeCommand({ FunctionName: "rainhooks-dev-query-api", Payload: JSON.stringify(event) }),
    );
    const { statusCode, body } = JSON.parse(new TextDecoder().decode(Payload));
    expect([statusCode, JSON.parse(body)]).toMatchObject([200, { nodeId: NODE, state: "online" }]);
  });
});

/** ministack may or may not compress what Firehose writes. */
function textOf(bytes: Uint8Array): string {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return Buffer.from(isZipped ? gunzipSync(bytes) : bytes).toString("utf8");
}
