import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runCommand } from "@rainhooks/app-cli/testing";
import { runTestFleet, startTestStage, type TestStage } from "@rainhooks/app-local/testing";
import { findRunningStage } from "@rainhooks/stage";
import { type ScriptedService, startScriptedService } from "@rainhooks/testing";
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

  beforeAll(async () => {
    running = await startTestStage();
    const options = { seed: 5, nodes: 5, events: 150, duplicates: 0, undecodable: 0.1 };
    await runTestFleet(running, options, () => undefined);
    const { outputs } = (await findRunningStage(running.dataDir)) ?? {};
    recorder = await startCallRecorder(running.stage.endpoint);
    ssm = await startScriptedService(() => ({ body: { Parameter: { Value: JSON.stringify(outputs) } } }));
  });
  afterAll(async () => {
    await ssm.stop();
    await recorder.stop();
    await running.stop();
  });

  async function rainhooks(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await runCommand([...args, "--stage", "dev"], "", {
      AWS_ENDPOINT_URL: recorder.endpoint,
      AWS_ENDPOINT_URL_SSM: ssm.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    expect([args, code, err]).toEqual([args, 0, expect.any(String)]);
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
  });
});

/** The name that a resource has on a deployed stage. A bucket there has a suffix that AWS makes. */
function deployed(action: string, resource: string): string {
  const name = resource.replace("rainhooks-local-", "rainhooks-dev-");
  return action.startsWith("s3:")
    ? name.replace("rainhooks-dev-archive", "rainhooks-dev-archive-2026")
    : name;
}
