import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it, test } from "@jest/globals";
import { LOCAL_CREDENTIALS } from "@rainhooks/core/emulator";
import { isJsonObject, type JsonObject } from "@rainhooks/core/json";
import { compileRule } from "@rainhooks/local/rainmaker/iot/sql";
import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { eventually } from "@rainhooks/testing/eventually";
import { freePort } from "@rainhooks/testing/listen";
import { NEO_RULES } from "../iot-rules.ts";
import { Shadows } from "./shadows.ts";

/*
 * Runs only where ministack is installed. It evaluates rules and keeps shadows by itself, and what
 * comes out is compared with ours. It knows neither `startswith()` nor CASE nor objects in SELECT:
 * it gets a regular expression, OR (where something that is not defined is no obstacle there) and
 * fields in their place. Nobody may publish on `$aws` there, so the topics of presence begin with
 * `aws`.
 */
const COMMAND = process.env["MINISTACK"] ?? "ministack";

const RULES = [...NEO_RULES, SESSION_ENDED_RULE].map(({ name, sql }) => ({
  name,
  sql: adapted(sql),
}));

/** SQL that both evaluate. */
function adapted(sql: string): string {
  return sql
    .replace(
      /\{.*?\} AS event_data/,
      "clientId, sessionIdentifier, versionNumber, disconnectReason",
    )
    .replace("'$aws/events", "'aws/events");
}

function forMinistack(sql: string): string {
  return sql
    .replaceAll(/startswith\(([^']+), '([^']*)'\) = false/g, "NOT regexp_matches($1, '^$2')")
    .replaceAll(/startswith\(([^']+), '([^']*)'\) = true/g, "regexp_matches($1, '^$2')")
    .replace(/CASE (\S+) WHEN true THEN true ELSE (.+?) END/, "($1 OR $2)");
}

const folder = mkdtempSync(join(tmpdir(), "ministack-"));
let ministack: ChildProcess;
let endpoint: string;
let sqs: SQSClient;
let QueueUrl: string | undefined;

beforeAll(async () => {
  const port = await freePort();
  const env = {
    ...process.env,
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: port,
    MINISTACK_ACCOUNT_ID: "123456789012",
    TMPDIR: folder,
  };
  ministack = spawn(COMMAND, [], { cwd: folder, stdio: "ignore", env });
  endpoint = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(isUp, (up) => up);
  sqs = new SQSClient({ endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS });
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "selected" })));
  for (const { name, sql } of RULES)
    await call("iot", `/rules/${name.replaceAll("-", "_")}`, {
      sql: forMinistack(sql),
      awsIotSqlVersion: "2016-03-23",
      actions: [{ sqs: { queueUrl: QueueUrl, roleArn: "arn:aws:iam::123456789012:role/any" } }],
    });
  await call("iot", "/things/n1", {});
});
afterAll(() => {
  ministack.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Calls a service of AWS IoT: which one, ministack reads from the signature. */
async function call(service: "iot" | "iotdata", path: string, body: object): Promise<void> {
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`;
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetch(endpoint + path, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  expect([path, response.status]).toEqual([path, 200]);
}

/** Returns what the rules have selected since the last time, and how many there must be. */
async function selected(count: number): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  const receive = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: count === 0 ? 1 : 0,
      }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      found.push(JSON.parse(Body));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return found.length;
  };
  await eventually(receive, (sum) => sum >= count);
  return found;
}

/** Returns what our evaluator selects. */
function ours(topic: string, payload: JsonObject): JsonObject[] {
  return RULES.map(({ sql }) => compileRule(sql)({ topic, payload })).filter(isJsonObject);
}

const byText = (all: readonly JsonObject[]) => all.map((one) => JSON.stringify(one)).toSorted();

test.each(
  (["connected", "disconnected"] as const).flatMap((kind) =>
    ["n1", "user:anna", "iotconsole-1"].flatMap((clientId) =>
      ["CONNECTION_LOST", "DUPLICATE_CLIENTID", undefined].map(
        (reason) => [kind, clientId, reason] as const,
      ),
    ),
  ),
)("presence: %s, %s, %s", async (kind, clientId, disconnectReason) => {
  const topic = `aws/events/presence/${kind}/${clientId}`;
  const payload = {
    clientId,
    timestamp: 1743656583784,
    sessionIdentifier: "s",
    versionNumber: 0,
    ...(kind === "connected" || disconnectReason === undefined ? {} : { disconnectReason }),
  };
  const expected = ours(topic, payload);
  await call("iotdata", `/topics/${encodeURIComponent(topic)}`, payload);
  expect(byText(await selected(expected.length))).toEqual(byText(expected));
});

it("shadows: reports, what is wanted, what is deleted, and shadows of others", async () => {
  const shadows = new Shadows(() => 0);
  const withoutTime = (all: readonly JsonObject[]) =>
    byText(all.map((one) => ({ ...one, timestamp: 0 })));
  const steps: [string, JsonObject][] = [
    [
      "params-abc",
      { reported: { params: { Light: { Power: true, Brightness: 1 } }, online: true } },
    ],
    ["params-abc", { reported: { params: { Light: { Power: false } } } }],
    ["params-abc", { desired: { params: { Light: { Power: true } } } }],
    ["params-abc", { reported: { params: { Light: { Brightness: null } } } }],
    ["iparams", { reported: { data: { device: { t: { type: "Light" } } } } }],
    ["other", { reported: { x: 1 } }],
  ];
  for (const [name, state] of steps) {
    const prefix = `$aws/things/n1/shadow/name/${name}`;
    const expected = shadows
      .update(name, { state })
      .flatMap(([suffix, payload]) => ours(`${prefix}/${suffix}`, payload));
    await call("iotdata", `/things/n1/shadow?name=${name}`, { state });
    const found = await selected(expected.length);
    expect([name, withoutTime(found)]).toEqual([name, withoutTime(expected)]);
    for (const { timestamp } of found) expect(timestamp).toBeGreaterThan(1_700_000_000);
  }
});
