import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runCommand } from "@rainhooks/app-cli/testing";
import { runTestFleet, startTestStage, type TestStage } from "@rainhooks/app-local/testing";
import { findRunningStage } from "@rainhooks/stage";
import { listenOnLoopback, type ScriptedService, startScriptedService } from "@rainhooks/testing";
import { CONTENTS } from "../contents.ts";
import { type CallRecorder, startCallRecorder } from "../testing/call-recorder.ts";
import { isAllowed } from "../testing/is-allowed.ts";
import { dev } from "../testing/stages.ts";
import { OPERATOR_TASKS, operatorStatements } from "./operator.ts";

/*
 * Checks the operator's policy against the calls that the command line really makes: commands run against a local stage as if it were
 * deployed, every AWS call is recorded, and then evaluated against the policy.
 */

const ACCOUNT = "123456789012";
const ARN_OF: Readonly<Record<string, (name: string) => string>> = {
  dynamodb: (name) => `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/${name}`,
  s3: (name) => `arn:aws:s3:::${name}`,
  sqs: (name) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`,
};

describe("the operator's policy", () => {
  let running: TestStage;
  let recorder: CallRecorder;
  let ssm: ScriptedService;
  let others: OtherServices;

  beforeAll(async () => {
    running = await startTestStage();
    const options = { seed: 5, nodes: 5, events: 150, duplicates: 0, undecodable: 0.1 };
    await runTestFleet(running, options, () => undefined);
    const { outputs } = (await findRunningStage(running.dataDir)) ?? {};
    recorder = await startCallRecorder(running.stage.endpoint);
    others = await startOtherServices();
    ssm = await startScriptedService(() => ({ body: { Parameter: { Value: JSON.stringify(outputs) } } }));
  }, 120_000);
  afterAll(async () => {
    await ssm.stop();
    await others.stop();
    await recorder.stop();
    await running.stop();
  });

  async function rainhooks(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await runCommand([...args, "--stage", "dev"], "", {
      AWS_ENDPOINT_URL: recorder.endpoint,
      AWS_ENDPOINT_URL_SSM: ssm.endpoint,
      AWS_ENDPOINT_URL_STS: others.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: others.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    expect([args, code, code === 0 ? "" : `${out} ${err}`]).toEqual([args, 0, ""]);
    return out;
  }

  it("allows every call of the commands for its tasks", async () => {
    const { nodes } = JSON.parse(await rainhooks("nodes", "--json"));
    const [{ nodeId }] = nodes;
    await rainhooks("count");
    for (const command of ["node", "timeline", "series"]) await rainhooks(command, nodeId);
    await rainhooks("dlq");
    await rainhooks("dlq", "show", "node-status");
    await rainhooks("dlq", "redrive", "node-status");
    const [object] = JSON.parse(await rainhooks("archive", "ls", "--json"));
    await rainhooks("archive", "cat", object.key);
    const [first = ""] = (await rainhooks("archive", "cat", object.key)).split("\n");
    await rainhooks("trace", JSON.parse(first).id);
    const replay = ["--webhook", "node-status", "--from", "1h", "--to", "now", "--wait"];
    await rainhooks("replay", "start", ...replay, "--yes");
    const [{ id }] = JSON.parse(await rainhooks("replay", "ls", "--json")).replays;
    await rainhooks("replay", "show", id);

    const statements = operatorStatements({ ...dev, accountId: ACCOUNT }, CONTENTS, OPERATOR_TASKS);
    const calls = [
      ...new Set(recorder.calls.map(({ action, resource }) => `${action} ${deployed(action, resource)}`)),
    ];
    expect(calls.length).toBeGreaterThan(8);
    for (const call of calls) {
      const [action = "", resource = ""] = call.split(" ");
      const [service = ""] = action.split(":");
      expect([call, await isAllowed(statements, action, ARN_OF[service]?.(resource) ?? "")]).toEqual([
        call,
        true,
      ]);
    }
  }, 120_000);
});

interface OtherServices {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const CALLER =
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>";
/** STS and CloudWatch, which the local stage does not have. Everybody may ask STS who they are. */
async function startOtherServices(): Promise<OtherServices> {
  const server = createServer((request, response) => {
    request.resume();
    // CloudWatch speaks JSON, and has no metrics; STS speaks XML.
    const isMetrics = request.headers["x-amz-target"] !== undefined;
    response.setHeader("content-type", isMetrics ? "application/x-amz-json-1.0" : "text/xml");
    response.end(isMetrics ? "{}" : CALLER);
  });
  const endpoint = await listenOnLoopback(server);
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { endpoint, stop };
}

/** The name that a resource has on a deployed stage. A bucket there has a suffix that AWS makes. */
function deployed(action: string, resource: string): string {
  const name = resource.replace("rainhooks-local-", "rainhooks-dev-");
  return action.startsWith("s3:")
    ? name.replace("rainhooks-dev-archive", "rainhooks-dev-archive-2026")
    : name;
}
