import { describe, expect, it, test } from "@jest/globals";
import { storeWork } from "@rainhooks/extensions/repair/functions/store-work/function";
import type { StageConfig } from "@rainhooks/infra/config";
import { SHIPPED_CONTENTS } from "@rainhooks/infra/contents";
import { synthesize } from "@rainhooks/infra/synthesize";
import { dev, everything } from "@rainhooks/infra/testing/stages";
import { findResource, variant } from "@rainhooks/infra/testing/variant";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";
import { stageOutputs } from "@rainhooks/stage/outputs";
import * as v from "valibot";

const NAME = "rainhooks-dev-store-work";
const on = { functions: { "store-work": { deployed: true } } };
const stack = synthesize(dev).stack;

/** Ids of everything that belongs to the function. */
function ownIds(from: StackJson): string[] {
  return Object.entries(from.resource).flatMap(([type, all]) =>
    Object.entries(all)
      .filter(([id, attributes]) => `${id} ${JSON.stringify(attributes)}`.includes("store-work"))
      .map(([id]) => `${type}.${id}`),
  );
}

const outputsOf = (from: StackJson) => from.output["stage"]?.["value"];

describe("the function for parts of verifications and rebuilds", () => {
  it("store-work is in each stage with repair and an archive, unless the stage leaves it out", () => {
    const off = { "store-work": { deployed: false } };
    for (const without of [
      { functions: off },
      { parts: ["node-status", "repair"] },
      { parts: ["archive"] },
    ])
      expect([without, ownIds(variant(without))]).toEqual([without, []]);
    const types = ownIds(stack).map((id) => id.split(".")[0]);
    // Neither alarms, nor a place on the dashboard, nor anybody that AWS lets invoke it.
    expect(types.sort()).toEqual([
      "aws_cloudwatch_log_group",
      "aws_iam_role",
      "aws_iam_role_policy",
      "aws_lambda_function",
    ]);
  });

  it("store-work has the names of the tables of one slot, of the filter rules and of the archive's bucket", () => {
    const lambda = findResource(stack, "aws_lambda_function", "function_name", NAME);
    expect(lambda).toMatchObject({ memory_size: 1769, timeout: 900, runtime: "nodejs24.x" });
    expect(lambda).not.toHaveProperty("reserved_concurrent_executions");
    const { variables } = lambda["environment"] as { variables: Record<string, string> };
    expect(Object.keys(variables).sort()).toEqual(
      [
        "LOG_LEVEL",
        "RAINHOOKS_STAGE",
        ...Object.values(storeWork.resources).map(({ env }) => env),
      ].sort(),
    );
    expect(variables).toMatchObject({
      NODE_STATUS_TABLE: "rainhooks-dev-node-status",
      ARCHIVE_BUCKET: expect.stringMatching(
        /^\$\{aws_s3_bucket\.stream-archive_bucket_\w+\.bucket\}$/,
      ),
    });
  });

  it("store-work takes the settings of a stage, and reserves none of the account's concurrency", () => {
    const { stack: changed } = synthesize(everything);
    const lambda = findResource(
      changed,
      "aws_lambda_function",
      "function_name",
      "acmeiot-all-store-work",
    );
    expect(lambda).toMatchObject({ memory_size: 3008, timeout: 900 });
    expect(lambda).not.toHaveProperty("reserved_concurrent_executions");
  });

  it("store-work lists and reads the archive, and writes and deletes only its own objects", () => {
    const [[, role] = ["", {}]] = resources(stack, "aws_iam_role_policy").filter(([id]) =>
      id.startsWith("store-work"),
    );
    const { Statement } = JSON.parse(String(role["policy"])) as {
      Statement: { Action: string[] }[];
    };
    const bucket = expect.stringMatching(/^\$\{aws_s3_bucket\.stream-archive_bucket_\w+\.arn\}$/);
    const below = (path: string) => [expect.stringMatching(new RegExp(`\\.arn\\}/${path}$`))];
    expect(
      Statement.filter(({ Action }) => Action.some((action) => action.startsWith("s3:"))),
    ).toEqual([
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: below("\\*") },
      { Effect: "Allow", Action: ["s3:DeleteObject", "s3:PutObject"], Resource: below("work/\\*") },
      { Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucket] },
    ]);
  });

  it("store-work is in the outputs, with the number of concurrent invocations", () => {
    for (const [config, maxConcurrency] of [
      [{}, 50],
      [{ functions: { "store-work": { maxConcurrency: 1000 } } }, 1000],
    ] as const) {
      const outputs = outputsOf(variant(config));
      expect(v.parse(stageOutputs, outputs).functions["store-work"]).toEqual({
        trigger: "invocation",
        timeoutS: 900,
        settings: {},
        function: expect.stringMatching(
          /^\$\{aws_lambda_function\.store-work_function_\w+\.function_name\}$/,
        ),
        maxConcurrency,
      });
    }
  });

  it("store-work keeps the tables that it reads: they cannot be dropped while it is deployed", () => {
    const off = { deployed: false };
    const functions = {
      "time-series": off,
      "query-api": off,
      watch: off,
      "store-read": off,
      "store-work": off,
    };
    const dropData = ["time-series"];
    expect(() => variant({ functions, dropData })).not.toThrow();
    expect(() => variant({ functions: { ...functions, ...on.functions }, dropData })).toThrow(
      "dropData would delete the table time-series, which store-work reads",
    );
  });

  it("store-work makes no other difference to a stage", () => {
    const without = variant({ functions: { "store-work": { deployed: false } } });
    for (const [type, all] of Object.entries(stack.resource))
      for (const [id, attributes] of Object.entries(all))
        if (!ownIds(stack).includes(`${type}.${id}`))
          expect([id, attributes]).toEqual([id, without.resource[type]?.[id]]);
  });
});

test.each<[string, Partial<StageConfig>, string]>([
  [
    "no invocation",
    { functions: { "store-work": { deployed: true, maxConcurrency: 0 } } },
    "functions.store-work.maxConcurrency must be",
  ],
  [
    "half an invocation",
    { functions: { "store-work": { deployed: true, maxConcurrency: 1.5 } } },
    "functions.store-work.maxConcurrency must be a whole number from 1 to 1000",
  ],
  [
    "more than a thousand",
    { functions: { "store-work": { deployed: false, maxConcurrency: 1001 } } },
    "functions.store-work.maxConcurrency must be",
  ],
  [
    "too little memory",
    { functions: { "store-work": { deployed: true, memoryMiB: 64 } } },
    "functions.store-work.memoryMiB must be",
  ],
  [
    "too much memory",
    { functions: { "store-work": { deployed: true, memoryMiB: 10_241 } } },
    "functions.store-work.memoryMiB must be",
  ],
  [
    "less reserved than programs use",
    { functions: { "store-work": { maxConcurrency: 100, reservedConcurrency: 50 } } },
    "reservedConcurrency must be at least maxConcurrency (100): programs would invoke",
  ],
  [
    "an alarm that an invoked function does not have",
    { functions: { "store-work": { alarms: { maxFailures: 1 } } } },
    "alarms.maxFailures has no effect on a function with the trigger invocation",
  ],
  [
    "an archive that nobody writes",
    { functions: { ...on.functions, archive: { deployed: false } } },
    "functions.store-work.deployed: it reads the archive, and its webhook is not deployed: leave functions.archive.deployed out, or set functions.store-work.deployed to false",
  ],
])("a stage with %s is refused", (_, change, message) => {
  expect(() => variant(change)).toThrow(message);
});

it("store-work needs a webhook that writes an archive", () => {
  const functions = SHIPPED_CONTENTS.functions.filter(({ name }) => name !== "archive");
  expect(() => synthesize({ ...dev, ...on }, { ...SHIPPED_CONTENTS, functions })).toThrow(
    "functions.store-work.deployed: it reads the archive, and no webhook writes one.",
  );
});
