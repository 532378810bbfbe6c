import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "@jest/globals";
import { type Emulators, startEmulators } from "@rainhooks/local/aws/emulators/embedded";
import { eventually } from "@rainhooks/testing/eventually";
import type { StageConfig } from "../config.ts";
import { SHIPPED_CONTENTS } from "../contents.ts";
import { synthesize } from "../synthesize.ts";
import { dev, everything, production } from "../testing/stages.ts";
import { findEmulator } from "./emulator.ts";
import { MissingPrerequisite } from "./prerequisite.ts";
import { emulatorEnvironment } from "./terraform.ts";
import { type TrialOptions, trial, trialStage } from "./trial.ts";

/** A call of the `terraform` that records how it is called. */
interface Call {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly aws: Readonly<Record<string, string>>;
  readonly backend: { readonly local: { readonly path: string } };
}

const folder = mkdtempSync(join(tmpdir(), "terraform-"));
const terraform = join(folder, "terraform");
const record = join(folder, "calls.jsonl");
let emulators: Emulators;
let printed: string[] = [];

beforeAll(async () => {
  const script = join(import.meta.dirname, "testing/recording-terraform.mjs");
  writeFileSync(terraform, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  chmodSync(terraform, 0o755);
  emulators = await startEmulators({
    dataDir: join(folder, "data"),
    port: 0,
    nowMs: Date.now,
    onError: console.error,
  });
});
afterAll(async () => {
  await emulators.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  writeFileSync(record, "");
  printed = [];
  for (const name of ["HANG", "FAIL", "QUEUE", "TOPIC"]) delete process.env[name];
  Object.assign(process.env, { RECORD: record, AWS_PROFILE: "work", TF_WORKSPACE: "prod" });
});

function calls(): Call[] {
  const lines = readFileSync(record, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line): Call => JSON.parse(line));
}

const commands = () => calls().map(({ args }) => args[0]);

function run(change: Partial<TrialOptions> = {}): Promise<void> {
  const never = new AbortController().signal;
  const print = (text: string) => printed.push(text);
  const { endpoint } = emulators;
  const options = { stage: dev, contents: SHIPPED_CONTENTS, endpoint, terraform, maxWaitMs: 100, print };
  return trial({ ...options, stop: never, stopAtOnce: never, ...change });
}

describe("the trial of a stage", () => {
  it("applies it, finds the event, destroys it, and leaves nothing behind", async () => {
    Object.assign(process.env, {
      QUEUE: "rainhooks-try-node-status",
      TOPIC: "esp_rainmaker_sns_node_connected",
    });
    await run({ stage: { ...dev, name: "try" } });
    expect(printed.join()).toContain("The event is in the queue rainhooks-try-node-status");
    expect(calls().map(({ args }) => args.join(" "))).toEqual([
      "init -input=false",
      "apply -input=false -auto-approve",
      "destroy -input=false -auto-approve",
    ]);
    for (const { cwd } of calls()) expect(existsSync(cwd)).toBe(false);
  });

  it("keeps its state in a folder of its own, although the stage has it in S3", async () => {
    await expect(run({ stage: production })).rejects.toThrow("The event was found neither");
    const [first, ...more] = calls();
    expect(first?.backend.local.path).toMatch(/\.\.\/\.\.\/\.\.\/state\/rainhooks-prod\.tfstate/);
    expect(first?.cwd).toMatch(/rainhooks-trial-\w+\/out\/stacks\/rainhooks-prod$/);
    for (const { cwd } of more) expect(cwd).toBe(first?.cwd);
    await expect(run({ stage: production })).rejects.toThrow();
    expect(calls().at(-1)?.cwd).not.toBe(first?.cwd);
  });

  it("lets Terraform know no other address than the emulator's", async () => {
    await expect(run()).rejects.toThrow();
    for (const { aws } of calls()) {
      expect(aws["AWS_ENDPOINT_URL"]).toBe(emulators.endpoint);
      expect(Object.keys(aws)).toEqual(expect.not.arrayContaining(["AWS_PROFILE", "TF_WORKSPACE"]));
    }
  });

  it("destroys what was made when applying fails", async () => {
    process.env["FAIL"] = "apply";
    await expect(run()).rejects.toThrow("apply ended with exit code 1");
    expect(commands()).toEqual(["init", "apply", "destroy"]);
  });

  it("has nothing to destroy when it ends before", async () => {
    process.env["FAIL"] = "init";
    await expect(run()).rejects.toThrow("init ended with exit code 1");
    expect(commands()).toEqual(["init"]);
    expect(existsSync(calls()[0]?.cwd ?? "")).toBe(false);
  });

  it("says what is left when destroying fails", async () => {
    process.env["FAIL"] = "destroy";
    const error: Error = await run().then(
      () => new Error("none"),
      (reason) => reason,
    );
    const [{ cwd } = { cwd: "" }] = calls();
    expect(error.message).toContain(`${terraform} -chdir=${cwd} destroy`);
    expect(existsSync(cwd)).toBe(true);
    rmSync(join(cwd, "../../.."), { recursive: true });
  });

  it("stops Terraform and destroys on Ctrl-C", async () => {
    process.env["HANG"] = "apply";
    const stop = new AbortController();
    const running = run({ stop: stop.signal });
    await eventually(
      async () => commands().includes("apply"),
      (started) => started,
    );
    stop.abort();
    await running;
    expect(commands()).toEqual(["init", "apply", "destroy"]);
  });

  it("stops destroying on a second Ctrl-C", async () => {
    process.env["HANG"] = "destroy";
    const stop = new AbortController();
    const stopAtOnce = new AbortController();
    const running = run({ stop: stop.signal, stopAtOnce: stopAtOnce.signal });
    await eventually(
      async () => commands().includes("apply"),
      (started) => started,
    );
    stop.abort();
    await eventually(
      async () => commands().includes("destroy"),
      (started) => started,
    );
    stopAtOnce.abort();
    await expect(running).rejects.toThrow("Resources are left in the emulator");
    rmSync(join(calls()[0]?.cwd ?? "", "../../.."), { recursive: true });
  });
});

/** The service behind each type of resource, as far as the beginning of its name does not say it. */
const SERVICE_OF: Readonly<Record<string, string>> = {
  caller: "sts",
  kinesis: "firehose",
  lambda: "lambda",
  partition: "sts",
  // What a network is made of.
  ...Object.fromEntries(
    ["eip", "internet", "nat", "route", "security", "subnet", "vpc"].map((name) => [name, "ec2"]),
  ),
};

test.each<[string, StageConfig]>([
  ["dev", dev],
  ["production", production],
  ["everything", everything],
])(
  "every service of %s has the emulator's address, those of buckets' tags and accounts included",
  (_, stage) => {
    const { stack } = synthesize(trialStage(stage, "http://localhost:4566"));
    const [provider] = stack.provider.aws;
    const [endpoints = {}] = Array.isArray(provider?.["endpoints"]) ? provider["endpoints"] : [];
    expect(new Set(Object.values(endpoints))).toEqual(new Set(["http://localhost:4566"]));
    const types = Object.keys({ ...stack.resource, ...stack.data }).filter((type) => type.startsWith("aws_"));
    for (const type of types) {
      const [, beginning = ""] = type.split("_");
      expect([type, Object.keys(endpoints)]).toEqual([
        type,
        expect.arrayContaining([SERVICE_OF[beginning] ?? serviceOf(beginning, type)]),
      ]);
    }
    expect(Object.keys(endpoints)).toEqual(expect.arrayContaining(["s3control", "sts"]));
  },
);

function serviceOf(beginning: string, type: string): string {
  return type.startsWith("aws_cloudwatch_log_") ? "logs" : beginning;
}

describe("the emulator", () => {
  test.each([
    [
      "an address of another machine",
      "https://sqs.us-east-1.amazonaws.com",
      "needs an emulator on this machine",
    ],
    ["something that is not a URL", "4566", "needs an emulator on this machine"],
    ["a port where nothing listens", "http://127.0.0.1:9", "No emulator responds at http://127.0.0.1:9"],
  ])("is refused at %s", async (_, endpoint, message) => {
    await expect(findEmulator(endpoint)).rejects.toThrow(message);
    await expect(findEmulator(endpoint)).rejects.toThrow(MissingPrerequisite);
  });

  it("is addressed by a name, which S3 Control can put an account in front of", async () => {
    const { port } = new URL(emulators.endpoint);
    expect(await findEmulator(`http://127.0.0.1:${port}/`)).toBe(`http://localhost:${port}`);
  });

  it("is all that Terraform's environment names", () => {
    const environment = emulatorEnvironment(
      {
        PATH: "/bin",
        AWS_PROFILE: "x",
        AWS_ENDPOINT_URL_S3: "https://s3",
        TF_CLI_ARGS_apply: "-x",
        HTTPS_PROXY: "p",
      },
      "http://localhost:4566",
    );
    expect(environment).toEqual({
      PATH: "/bin",
      AWS_ENDPOINT_URL: "http://localhost:4566",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
    });
  });
});
