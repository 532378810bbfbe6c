import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { type ScriptedService, startScriptedService } from "@rainhooks/testing/scripted-service";
import { installPacked, packRelease } from "./cli/testing/install-packed.ts";
import { startMcpClient } from "./cli/testing/mcp-client.ts";
import { type CommandResult, runCommand, runProgram } from "./cli/testing/run-command.ts";
import {
  type AthenaEnd,
  DEPLOYED,
  outputsLike,
  responseOfAthena,
  responseOfSsm,
} from "./deployed-services.ts";

/*
 * A deployed stage, simulated on this machine: tables, queues and bucket are those of a local
 * stage, reached through the SDK's endpoint setting, and SSM and Athena respond as documented.
 */

describe("the rainhooks command on a deployed stage", () => {
  let running: TestStage;
  let ssm: ScriptedService;
  let athena: ScriptedService;
  let environment: Record<string, string>;
  /** What a deployment has written, where that is not {@link outputs}. */
  let written: object | undefined;
  let athenaEnd: AthenaEnd = { state: "SUCCEEDED" };

  beforeAll(async () => {
    running = await startTestStage();
    const options = { seed: 5, nodes: 10, events: 100, duplicates: 0, undecodable: 0.05 };
    await runTestFleet(running, options, () => undefined);
    ssm = await startScriptedService((call) => responseOfSsm(call, outputs(), written));
    athena = await startScriptedService((call) => responseOfAthena(call, athena.calls, athenaEnd));
    environment = {
      AWS_ENDPOINT_URL: running.stage.endpoint,
      AWS_ENDPOINT_URL_SSM: ssm.endpoint,
      AWS_ENDPOINT_URL_ATHENA: athena.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  });
  afterAll(async () => {
    await ssm.stop();
    await athena.stop();
    await running.stop();
  });

  const outputs = () => outputsLike(running.stage);

  function rainhooks(
    args: readonly string[],
    changes: Record<string, string | undefined> = {},
  ): Promise<CommandResult> {
    return runCommand(args, "", { ...environment, ...changes });
  }

  it("the command finds every resource by the stage's outputs, and returns the same as on the local stage", async () => {
    for (const args of [["count"], ["nodes"], ["dlq"], ["archive", "ls"]]) {
      const deployed = await rainhooks([...args, "--json", "--stage", "dev"]);
      const local = await runCommand([...args, "--json", "--data", running.dataDir]);
      expect([args, deployed.code, JSON.parse(deployed.out)]).toEqual([
        args,
        0,
        JSON.parse(local.out),
      ]);
    }
  });

  it("the command returns the same when it is installed from its package", async () => {
    const folder = await mkdtemp(join(tmpdir(), "installed-"));
    await packRelease(join(folder, "packed"), "rainhooks");
    await installPacked(join(folder, "packed"), folder);
    const installed = join(folder, "node_modules/rainhooks/bin.mjs");
    for (const args of [["count"], ["nodes"], ["archive", "ls"]]) {
      const options = [...args, "--json", "--stage", "dev"];
      const fromPackage = await runProgram(options, "", environment, installed);
      expect(fromPackage).toEqual(await rainhooks(options));
      expect(fromPackage.code).toBe(0);
    }
    const mcp = await startMcpClient(["--stage", "dev"], environment, installed);
    const { texts } = await mcp.call("countNodes");
    expect(JSON.parse(texts[1] ?? "")).toEqual(
      JSON.parse((await rainhooks(["count", "--json", "--stage", "dev"])).out),
    );
    await mcp.client.close();
    // The samples are in the package too.
    const trigger = ["trigger", "admin_user_added", "--data", running.dataDir];
    expect((await runProgram(trigger, "", {}, installed)).out).toContain(
      "Published rmaker.event.admin_user_added",
    );
    // And so is the page.
    const args = [installed, "console", "--port", "0", "--stage", "dev"];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...environment } });
    const { value = "" } = await createInterface({ input: child.stdout })
      [Symbol.asyncIterator]()
      .next();
    expect(value).toContain("Console of stage dev: http://127.0.0.1:");
    const { origin } = new URL(value.slice(value.indexOf("http")));
    expect(await (await fetch(origin)).text()).toContain("<title>Rainhooks</title>");
    const ended = once(child, "exit");
    child.kill();
    expect(await ended).toEqual([0, null]);
    await rm(folder, { recursive: true });
  });

  it("the command reads the stage from the environment, too", async () => {
    const { out } = await rainhooks(["stage", "--json"], { RAINHOOKS_STAGE: "dev" });
    const { functions } = outputs();
    const url = "https://abc.lambda-url.us-east-1.on.aws";
    const queryApi = { ...functions["query-api"], url };
    expect(JSON.parse(out)).toEqual({
      ...outputs(),
      functions: { ...functions, "query-api": queryApi },
    });
    const shown = (await rainhooks(["stage", "show", "--stage", "dev"])).out;
    expect(shown).toContain(url);
    expect(shown).toMatch(/function fleet-samples +rainhooks-dev-fleet-samples \(every 5 min\)/);
  });

  it("the command says that the stage is of another version, and what to do", async () => {
    written = { ...outputs(), version: "9.1.0" };
    const other = await rainhooks(["count", "--json", "--stage", "dev"]);
    expect([other.code, other.out]).toEqual([0, expect.stringContaining('"online"')]);
    expect(other.err).toMatch(
      /^Stage dev was deployed by Rainhooks 9\.1\.0, and this command is \d+\.\d+\.\d+: .* Install rainhooks@9\.1\.0, or deploy the stage again\.$/,
    );
    written = { version: "9.1.0", stage: "dev" };
    expect(await rainhooks(["count", "--stage", "dev"])).toEqual({
      code: 1,
      out: "",
      err: "Stage dev was deployed by Rainhooks 9.1.0: this command cannot read its SSM parameter /rainhooks/dev/outputs. Install the command of that version, or deploy the stage again with this one.",
    });
    written = undefined;
  });

  it.each(["dev", "acme-dev", "beta-dev"])(
    "the command finds %s among stages of one name",
    async (stage) => {
      const { out } = await rainhooks(["stage", "--json", "--stage", stage]);
      expect(JSON.parse(out)).toMatchObject({ stage });
    },
  );

  it("the command lists the deployed stages", async () => {
    expect(JSON.parse((await rainhooks(["stage", "ls", "--json"])).out)).toEqual({
      stages: DEPLOYED,
    });
  });

  it("the command queries the archive with Athena, and reports how much was scanned", async () => {
    const sql = "SELECT topic, count(*) AS n FROM deliveries GROUP BY topic";
    const { code, out, err } = await rainhooks([
      "archive",
      "query",
      sql,
      "--stage",
      "dev",
      "--json",
    ]);
    expect([code, err]).toEqual([0, "Athena scanned 5.0 MiB."]);
    expect(JSON.parse(out)).toEqual([
      { topic: "a", n: "9007199254740993", share: 0.5, ok: true },
      { topic: null, n: 2, share: null, ok: false },
    ]);
    expect(athena.calls[0]).toEqual({
      action: "StartQueryExecution",
      input: expect.objectContaining({
        QueryString: sql,
        WorkGroup: "rainhooks-dev-archive",
        QueryExecutionContext: { Database: "rainhooks_dev_archive" },
      }),
    });
  });

  it("the command reports why a query failed, and whether Athena is the cause", async () => {
    const ask = (sql: string) => rainhooks(["archive", "query", sql, "--stage", "dev"]);
    expect(await ask("SELEC 1")).toMatchObject({
      code: 2,
      err: "The query failed: line 1:1: mismatched input 'SELEC'",
    });
    athenaEnd = { state: "FAILED", category: 2 };
    const reason = "The query failed: SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved";
    expect(await ask("SELECT x")).toMatchObject({ code: 2, err: reason });
    athenaEnd = { state: "FAILED", category: 1 };
    expect(await ask("SELECT x")).toMatchObject({ code: 1, err: reason });
  });

  it("the command supports a stage that has only some of the tables", async () => {
    const args = ["--stage", "partial"];
    expect((await rainhooks(["count", ...args])).code).toBe(0);
    expect(await rainhooks(["series", "n", ...args])).toMatchObject({
      code: 3,
      err: "Stage partial has no table time-series. The part or the function that has it is not deployed; or deploy the stage again with this version.",
    });
  });

  test.each<[string, string[], Record<string, string | undefined>, number, string]>([
    [
      "a stage that is not there",
      ["nodes", "--stage", "nope"],
      {},
      3,
      "No stage nope is deployed in eu-west-1. Deployed stages: acme-dev, beta-dev, dev, prod.",
    ],
    [
      "a stage of another version",
      ["nodes", "--stage", "prod"],
      {},
      1,
      "or deploy the stage again with this one",
    ],
    [
      "a stage that is forbidden",
      ["nodes", "--stage", "denied"],
      {},
      1,
      "The credentials do not allow this action: User u is not",
    ],
    [
      "a region that is none",
      ["nodes", "--stage", "dev", "--region", "mars-1"],
      { AWS_ENDPOINT_URL_SSM: undefined, AWS_ENDPOINT_URL: undefined },
      1,
      "AWS cannot be reached",
    ],
    [
      "something else than AWS",
      ["nodes", "--stage", "dev"],
      { AWS_ENDPOINT_URL_SSM: undefined },
      1,
      "AWS returned HTTP 4",
    ],
    [
      "a name that no region has",
      ["nodes", "--stage", "dev", "--region", "Mars 1"],
      {},
      2,
      "Region not accepted",
    ],
    [
      "no credentials",
      ["nodes", "--stage", "dev"],
      { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
      1,
      "No AWS credentials were found",
    ],
    [
      "no region",
      ["nodes", "--stage", "dev"],
      { AWS_REGION: undefined },
      2,
      "The AWS region is missing. Set it with an option, with AWS_REGION, or in your profile of AWS.",
    ],
    [
      "an unreachable server",
      ["nodes", "--stage", "dev"],
      { AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:9" },
      1,
      "AWS cannot be reached (ECONNREFUSED",
    ],
    [
      "a folder for a deployed stage",
      ["nodes", "--stage", "dev", "--data", "x"],
      {},
      2,
      "--data can only be used with the local stage",
    ],
    [
      "a made-up event for a deployed stage",
      ["publish", "x.json", "--stage", "dev"],
      {},
      2,
      "publish can only be used with the local stage",
    ],
    [
      "the logs of a deployed stage",
      ["logs", "hello", "--stage", "dev"],
      {},
      2,
      "aws logs tail /aws/lambda/rainhooks-dev-hello --region us-east-1",
    ],
    [
      "the logs of a scheduled function",
      ["logs", "fleet-samples", "--stage", "dev"],
      {},
      2,
      "aws logs tail /aws/lambda/rainhooks-dev-fleet-samples --region us-east-1",
    ],
    ["an unknown node", ["node", "nobody", "--stage", "dev"], {}, 3, "Node nobody is unknown"],
  ])("the command rejects %s with one clear line", async (_, args, changes, code, message) => {
    const finished = await rainhooks(args, changes);
    expect([finished.code, finished.err]).toEqual([code, expect.stringContaining(message)]);
    expect(finished.err.split("\n")).toHaveLength(1);
    expect(finished.out).toBe("");
  });
});
