import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { makeApp } from "./app.ts";
import { SHIPPED_CONTENTS } from "./contents.ts";
import { dev, everything, production } from "./testing/stages.ts";

/* Runs only where checkov is installed; otherwise the test command skips it and says so. */
const COMMAND = process.env["CHECKOV"] ?? "checkov";
const CONFIG = join(import.meta.dirname, "../checkov.yaml");

interface Report {
  readonly summary: {
    readonly passed: number;
    readonly failed: number;
    readonly parsing_errors: number;
  };
  readonly results: {
    readonly failed_checks: readonly { check_id: string; file_path: string; resource: string }[];
  };
}

const folder = mkdtempSync(join(tmpdir(), "checkov-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const outdir = join(folder, "out");
  makeApp([dev, production, everything], SHIPPED_CONTENTS, { outdir }).synth();
  for (const stack of readdirSync(join(outdir, "stacks"))) {
    const json = JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
    // checkov 3.3 ends with an error of its own on this line.
    delete json.terraform.required_version;
    mkdirSync(join(folder, "stacks", stack), { recursive: true });
    writeFileSync(join(folder, "stacks", stack, "cdk.tf.json"), JSON.stringify(json, undefined, 2));
  }
});

async function check(...options: readonly string[]): Promise<Report> {
  const args = [
    "-d",
    join(folder, "stacks"),
    "--framework",
    "terraform_json",
    "-o",
    "json",
    "--compact",
    ...options,
  ];
  const output = await new Promise<string>((resolve) => {
    // Its exit code is 1 when a check fails.
    execFile(COMMAND, args, { maxBuffer: 64 * 1024 * 1024 }, (_, stdout) => resolve(stdout));
  });
  return JSON.parse(output);
}

it("checkov finds nothing but what checkov.yaml explains", async () => {
  const { summary, results } = await check("--config-file", CONFIG);
  expect(
    results.failed_checks.map(({ check_id, file_path, resource }) => [
      check_id,
      file_path,
      resource,
    ]),
  ).toEqual([]);
  expect(summary).toMatchObject({ failed: 0, parsing_errors: 0 });
  expect(summary.passed).toBeGreaterThan(400);
});

it("checkov.yaml skips no rule that the stacks follow", async () => {
  const skipped = [...readFileSync(CONFIG, "utf8").matchAll(/^ {2}- (CKV\w+) # .{20,}$/gm)].map(
    ([, id = ""]) => id,
  );
  const { results } = await check("--check", skipped.join(","));
  const failed = new Set(results.failed_checks.map(({ check_id }) => check_id));
  expect(skipped.filter((id) => !failed.has(id))).toEqual([]);
});
