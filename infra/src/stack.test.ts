import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it, test } from "@jest/globals";
import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { policy } from "@rainhooks/stack/policy";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";
import { stageOutputs } from "@rainhooks/stage/outputs";
import { defineWebhook } from "@rainhooks/webhook/define";
import * as v from "valibot";
import { makeApp } from "./app.ts";
import type { StageConfig } from "./config.ts";
import { SHIPPED_CONTENTS } from "./contents.ts";
import { synthesize, synthesizeIn } from "./synthesize.ts";
import { dev, production as prod } from "./testing/stages.ts";
import { findResource, variant } from "./testing/variant.ts";

const { stack } = synthesize(dev);
const production = synthesize(prod).stack;

describe("state, account and outputs", () => {
  it("a stage stores the state of production in S3, encrypted and with a lock file", () => {
    expect(production.terraform["backend"]).toEqual({
      s3: {
        bucket: "acme-rainhooks-state",
        encrypt: true,
        key: "prod/rainhooks-prod.tfstate",
        region: "us-east-1",
        use_lockfile: true,
      },
    });
    expect(production.terraform["required_version"]).toBe(">= 1.10");
  });

  it("a stage stores the state of dev in a local file", () => {
    expect(stack.terraform["backend"]).toEqual({
      local: { path: "../../../state/rainhooks-dev.tfstate" },
    });
  });

  it("a stage deploys only to the configured account", () => {
    expect(variant({ accountId: "123456789012" }).provider.aws[0]?.["allowed_account_ids"]).toEqual(
      ["123456789012"],
    );
    expect(stack.provider.aws[0]).not.toHaveProperty("allowed_account_ids");
  });

  it("a stage uses an emulator if an endpoint is configured", () => {
    const [provider] = variant({ endpoint: "http://127.0.0.1:5000" }).provider.aws;
    expect(provider).toMatchObject({ skip_credentials_validation: true, s3_use_path_style: true });
    expect(provider?.["endpoints"]).toMatchObject([
      { sqs: "http://127.0.0.1:5000", dynamodb: "http://127.0.0.1:5000" },
    ]);
  });

  it("a stage publishes the names and URLs for the command line", () => {
    const parameter = findResource(stack, "aws_ssm_parameter", "name", "/rainhooks/dev/outputs");
    const [[local, json] = ["", ""]] = Object.entries(stack.locals);
    expect(parameter["value"]).toBe(`\${base64gzip(local.${local})}`);
    expect(JSON.parse(json)).toEqual(stack.output["stage"]?.["value"]);
    expect(v.parse(stageOutputs, JSON.parse(json))).toMatchObject({
      stage: "dev",
      region: "us-east-1",
      tables: {
        "node-status": "rainhooks-dev-node-status",
        "filter-rules": "rainhooks-dev-filter-rules",
      },
      archive: { athena: { table: expect.any(String) } },
      functions: {
        hello: {
          timeoutS: expect.any(Number),
          queueUrl: expect.any(String),
          deadLetterQueueUrl: expect.any(String),
        },
        "query-api": { url: expect.stringContaining("function_url") },
      },
    });
  });

  it.each([
    ["a stage", 0, 4096],
    ["a stage with twenty webhooks of its owner", 20, 8192],
  ])("a stage publishes the outputs of %s within the size of a parameter", (_, more, maxBytes) => {
    const own = Array.from({ length: more }, (_, index) =>
      defineWebhook({
        name: `own-webhook-${index}`,
        description: "A webhook of the owner.",
        events: EVENT_TYPES,
        settings: {
          volume: {
            default: 5,
            min: 0,
            max: 10,
            description: `How loud number ${index} is, from 0 to 10.`,
          },
        },
      }),
    );
    const { output } = synthesize(dev, {
      ...SHIPPED_CONTENTS,
      functions: [...SHIPPED_CONTENTS.functions, ...own],
      bundleZip: (name) => SHIPPED_CONTENTS.bundleZip(name.startsWith("own-") ? "hello" : name),
    }).stack;
    const urls = JSON.stringify(output["stage"]?.["value"]).replace(
      /\$\{([^}]*)\}/g,
      "https://sqs.us-east-1.amazonaws.com/123456789012/$1",
    );
    expect(gzipSync(urls).toString("base64").length).toBeLessThanOrEqual(maxBytes);
  });

  it("a stage sends alarms by e-mail if an address is configured", () => {
    const withEmail = variant({ alarms: { emails: ["someone@example.com"] } });
    expect(
      findResource(withEmail, "aws_sns_topic_subscription", "protocol", "email"),
    ).toMatchObject({
      endpoint: "someone@example.com",
    });
  });
});

describe("synthesis", () => {
  const folder = mkdtempSync(join(tmpdir(), "synthesis-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("synthesis makes the same zip from the same bundle, in any folder", () => {
    const [one, other] = ["one", "other"].map((name) => synthesizeIn(join(folder, name), dev));
    expect([one?.stack, other?.stack]).toEqual([stack, stack]);
    for (const [, { filename }] of resources(stack, "aws_lambda_function")) {
      const hash = (where: string) =>
        createHash("sha256")
          .update(readFileSync(join(where, String(filename))))
          .digest("hex");
      expect(hash(other?.folder ?? "")).toBe(hash(one?.folder ?? ""));
    }
  });

  it("synthesis makes one stack per stage, and one for each bucket of their state, in the account of its stages", () => {
    const inAccount = (name: string, accountId: string): StageConfig => ({
      ...prod,
      name,
      accountId,
      state: { bucket: `state-of-${name}`, region: "eu-central-1" },
    });
    const stages = [
      dev,
      inAccount("test", "111111111111"),
      inAccount("eu", "222222222222"),
      inAccount("us", "333333333333"),
    ];
    const app = makeApp(stages, SHIPPED_CONTENTS, { outdir: join(folder, "all") });
    expect(app.node.children.map(({ node }) => node.id).sort()).toEqual([
      "rainhooks-dev",
      "rainhooks-eu",
      "rainhooks-test",
      "rainhooks-us",
      "state-state-of-eu",
      "state-state-of-test",
      "state-state-of-us",
    ]);
    app.synth();
    const read = (name: string): StackJson =>
      JSON.parse(readFileSync(join(folder, "all/stacks", name, "cdk.tf.json"), "utf8"));
    expect(read("rainhooks-eu").terraform["backend"]).toMatchObject({
      s3: { bucket: "state-of-eu" },
    });
    for (const name of ["rainhooks-eu", "state-state-of-eu"])
      expect(read(name).provider.aws[0]?.["allowed_account_ids"]).toEqual(["222222222222"]);
  });

  test.each<[string, Partial<StageConfig>, string]>([
    [
      "in two accounts",
      { accountId: "222222222222" },
      "are in different accounts (123456789012, 222222222222)",
    ],
    [
      "in two regions",
      { state: { bucket: "acme-rainhooks-state", region: "eu-west-1" } },
      "say it is in different regions (us-east-1, eu-west-1)",
    ],
    ["with one name", { name: "prod" }, "Two stages have the name prod"],
  ])("synthesis refuses two stages %s with one state", (_, change, message) => {
    expect(() =>
      makeApp([prod, { ...prod, name: "other", ...change }], SHIPPED_CONTENTS, {
        outdir: join(folder, "two"),
      }),
    ).toThrow(message);
  });
});

describe("policy", () => {
  it("the policy rejects a wildcard without a reason", () => {
    expect(() => policy([{ actions: ["s3:GetObject"], resources: ["*"] }])).toThrow(
      "without a reason",
    );
    expect(() => policy([{ actions: ["s3:*"], resources: ["arn"] }])).toThrow(
      "List the actions without wildcards",
    );
  });
});
