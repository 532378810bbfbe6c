import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { fileSecretStore } from "@rainhooks/extensions/forwarding/secrets/file-store";
import { SHIPPED_CONTENTS } from "@rainhooks/infra/contents";
import { OPERATOR_TASKS, operatorStatements } from "@rainhooks/infra/policies/operator";
import { type CallRecorder, startCallRecorder } from "@rainhooks/infra/testing/call-recorder";
import { isAllowed } from "@rainhooks/infra/testing/is-allowed";
import { dev } from "@rainhooks/infra/testing/stages";
import { publishEvent } from "@rainhooks/local/aws/publish";
import { functionOf } from "@rainhooks/stage/outputs";
import { findRunningStage } from "@rainhooks/stage/stage-file";
import { eventually } from "@rainhooks/testing/eventually";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import {
  type ScriptedService,
  type ServiceCall,
  type ServiceResponse,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import { parametersPrefix } from "@rainhooks/webhook/names";
import { runCommand } from "../cli/testing/run-command.ts";

/*
 * Checks the operator's policy against the calls that the command line really makes: commands run
 * against a local stage as if it were deployed, every AWS call is recorded, and then evaluated
 * against the policy.
 */

const ACCOUNT = "123456789012";
const ARN_OF: Readonly<Record<string, (name: string) => string>> = {
  lambda: (name) => `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`,
  dynamodb: (name) => `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/${name}`,
  s3: (name) => `arn:aws:s3:::${name}`,
  sqs: (name) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`,
  ssm: (name) => `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter${name}`,
};
const SECRETS = `${parametersPrefix("dev", "destinations")}/`;

describe("the operator's policy", () => {
  let running: TestStage;
  let recorder: CallRecorder;
  let invocations: CallRecorder;
  let ssm: ScriptedService;
  let receiver: TestReceiver;
  let others: OtherServices;

  beforeAll(async () => {
    running = await startTestStage();
    const options = { seed: 5, nodes: 5, events: 150, duplicates: 0, undecodable: 0.1 };
    await runTestFleet(running, options, () => undefined);
    const { outputs } = (await findRunningStage(running.dataDir)) ?? {};
    recorder = await startCallRecorder(running.stage.endpoint);
    invocations = await startCallRecorder(
      (outputs && functionOf(outputs, "store-read", "invocation"))?.endpoint ?? "",
    );
    const parameters = { destinations: SECRETS.slice(0, -1) };
    const Value = gzipSync(JSON.stringify({ ...outputs, parameters })).toString("base64");
    const secrets = secretsOf(outputs?.parameters["destinations"] ?? "");
    ssm = await startScriptedService((call) =>
      String(call.input["Name"]).startsWith(SECRETS)
        ? secrets(call)
        : { body: { Parameter: { Value } } },
    );
    others = await startOtherServices();
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await receiver.stop();
    await ssm.stop();
    await others.stop();
    await recorder.stop();
    await invocations.stop();
    await running.stop();
  });

  /** SSM's parameters with secrets; the local stage's worker finds them in its file. */
  function secretsOf(place: string): (call: ServiceCall) => ServiceResponse {
    const file = fileSecretStore(place.replace(/^file:/, ""));
    const kept = new Map<string, string>();
    return ({ action, input: { Name, Value } }) => {
      const id = String(Name).slice(SECRETS.length);
      if (action === "DeleteParameter") kept.delete(id);
      if (action === "PutParameter") {
        kept.set(id, String(Value));
        void file.put(id, String(Value));
      }
      return { body: action === "GetParameter" ? { Parameter: { Value: kept.get(id) } } : {} };
    };
  }

  /** Runs a command that is to succeed, and returns its output. */
  async function rainhooks(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await run(...args);
    expect([args, code, code === 0 ? "" : `${out} ${err}`]).toEqual([args, 0, ""]);
    return out;
  }

  function run(...args: readonly string[]) {
    return runCommand([...args, "--stage", "dev"], "", {
      AWS_ENDPOINT_URL: recorder.endpoint,
      AWS_ENDPOINT_URL_LAMBDA: invocations.endpoint,
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
  }

  it("the operator's policy allows every call of the commands for its tasks", async () => {
    const { nodes } = JSON.parse(await rainhooks("nodes", "--json"));
    const [{ nodeId }] = nodes;
    await rainhooks("count");
    for (const command of ["node", "timeline", "series"]) await rainhooks(command, nodeId);
    await rainhooks("dlq");
    await rainhooks("dlq", "show", "node-status", "--json");
    await rainhooks("dlq", "redrive", "node-status", "--wait", "0s");
    const [object] = JSON.parse(await rainhooks("archive", "ls", "--json"));
    await rainhooks("archive", "cat", object.key);
    const [first = ""] = (await rainhooks("archive", "cat", object.key)).split("\n");
    await rainhooks("trace", JSON.parse(first).id);
    const replay = ["--webhook", "node-status", "--from", "1h", "--to", "now", "--wait"];
    await rainhooks("replay", "start", ...replay, "--yes");
    const [{ id }] = JSON.parse(await rainhooks("replay", "ls", "--json")).replays;
    await rainhooks("replay", "show", id);
    // Of a deployed stage the last minutes cannot be judged, because metrics come late; this one is
    // younger.
    for (const store of ["node-status", "time-series", "archive"])
      expect([store, await run("verify", store)]).toMatchObject([
        store,
        { code: 2, err: expect.not.stringMatching(/^Unexpected/) },
      ]);
    expect(invocations.calls.length).toBeGreaterThan(0);
    await rainhooks("rebuild", "plan", "node-status");
    await rainhooks("rebuild", "show", "time-series");

    const calls = madeCalls();
    expect(calls.length).toBeGreaterThan(8);
    await expectAllowed(calls, OPERATOR_TASKS);
  });

  it("the operator's policy allows every call of the commands for destinations and attempts, and no other", async () => {
    const { calls: before } = recorder;
    const start = [before.length, ssm.calls.length, invocations.calls.length] as const;
    const add = ["destinations", "add", "crm", "--events", "alert"];
    await rainhooks(...add, "--url", `${receiver.url}/hook`, "--header", "x-api-key: abc");
    await rainhooks("destinations", "ls");
    await rainhooks("destinations", "set", "crm", "--url", `${receiver.url}/other`, "--rate", "50");
    await rainhooks("destinations", "rotate-secret", "crm");
    await rainhooks("destinations", "pause", "crm");
    await rainhooks("destinations", "resume", "crm");
    await rainhooks("destinations", "show", "crm", "--secret");
    await rainhooks("destinations", "test", "crm");
    await publishAlert();
    const [{ id }] = await eventually(
      async () => JSON.parse(await rainhooks("attempts", "ls", "--json")).attempts.filter(isNoTest),
      (attempts) => attempts.length > 0,
    );
    await running.stage.flush();
    await rainhooks("attempts", "body", id);
    await rainhooks("attempts", "retry", id);
    await rainhooks("destinations", "rm", "crm", "--yes");
    const calls = madeCalls(...start);
    await expectAllowed(calls, ["destinations", "attempts", "archive"]);
    const actions = new Set(calls.map((call) => call.split(" ")[0]));
    for (const { Sid, Action } of statementsOf(["destinations", "attempts"]))
      if (Sid !== "ListStages")
        expect([Sid, Action.filter((action) => !actions.has(action))]).toEqual([Sid, []]);
  });

  const statementsOf = (tasks: Parameters<typeof operatorStatements>[2]) =>
    operatorStatements({ ...dev, accountId: ACCOUNT }, SHIPPED_CONTENTS, tasks);

  const isNoTest = ({ webhookId }: { readonly webhookId: string }) =>
    !webhookId.startsWith("test_");

  async function publishAlert(): Promise<void> {
    const event_data = { node_id: "n1", user_id: "u1", message_body: "Too hot" };
    await publishEvent(running.stage, "rmaker.event.alert", event_data);
  }

  /** The calls since some were made, each once, with the names of a deployed stage. */
  function madeCalls(sinceCall = 0, sinceSsm = 0, sinceInvocation = 0): string[] {
    const calls = [
      ...recorder.calls.slice(sinceCall),
      ...invocations.calls.slice(sinceInvocation),
    ].map(({ action, resource }) => `${action} ${deployed(action, resource)}`);
    const toSsm = ssm.calls
      .slice(sinceSsm)
      // The outputs of the deployed stage are those of the local one.
      .map(
        ({ action, input }) => `ssm:${action} ${String(input["Name"]).replace("/local/", "/dev/")}`,
      );
    return [...new Set([...calls, ...toSsm])];
  }

  async function expectAllowed(
    calls: readonly string[],
    tasks: Parameters<typeof operatorStatements>[2],
  ): Promise<void> {
    for (const call of calls) {
      const [action = "", resource = ""] = call.split(" ");
      const [service = ""] = action.split(":");
      const arn = ARN_OF[service]?.(resource) ?? "";
      expect([call, await isAllowed(statementsOf(tasks), action, arn)]).toEqual([call, true]);
    }
  }
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
