import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { planOf } from "@rainhooks/extensions/doctor/checks/plan";

/*
 * Runs only where terraform is installed; otherwise the test command skips it and says so. Its
 * resources need no provider from elsewhere.
 */

const { TF_CLI_CONFIG_FILE: _, ...env } = process.env;
const SECRET = "s3cr3t-value";
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "terraform-"));
});
afterAll(() => rmSync(root, { recursive: true }));

function write(stack: string, inputs: Readonly<Record<string, object>>): string {
  const folder = join(root, stack);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "cdk.tf.json"),
    JSON.stringify({ resource: { terraform_data: inputs } }),
  );
  return folder;
}

function terraform(folder: string, ...args: string[]): void {
  execFileSync("terraform", [`-chdir=${folder}`, ...args, "-input=false"], { env });
}

function applied(stack: string): string {
  const folder = write(stack, { a: { input: SECRET } });
  terraform(folder, "init");
  terraform(folder, "apply", "-auto-approve");
  return folder;
}

describe("the plan of a stage, by Terraform itself,", () => {
  it("the plan of a stage that is as it was made changes nothing", async () => {
    expect(await planOf(applied("same"), env)).toEqual({
      outcome: "ok",
      text: "a plan of Terraform changes nothing",
    });
  });

  it("the plan names what differs, ten at most, and no values", async () => {
    const folder = applied("other");
    const names = Array.from(
      { length: 11 },
      (_, index) => [`b${index}`, { input: SECRET }] as const,
    );
    write("other", { a: { input: `${SECRET}2` }, ...Object.fromEntries(names) });
    const finding = await planOf(folder, env);
    expect(finding).toMatchObject({
      outcome: "wrong",
      text: expect.stringMatching(/^a plan of Terraform changes 12 resources: .*, and 2 more$/),
      toDo: expect.stringContaining(`terraform -chdir=${folder} plan`),
    });
    expect(JSON.stringify(finding)).not.toContain(SECRET);
  });

  it.each<[string, () => string, RegExp]>([
    [
      "a state that is empty",
      () => {
        const folder = write("empty", { a: { input: "x" } });
        terraform(folder, "init");
        return folder;
      },
      /has nothing of the stage$/,
    ],
    [
      "a mistake",
      () => write("mistake", { a: { inputs: "x" } }),
      /^terraform does not plan: .*Extraneous JSON/,
    ],
    ["no folder", () => join(root, "nowhere"), /^terraform does not plan: /],
  ])("%s is not checked, and it says why", async (_, folderOf, text) => {
    const finding = await planOf(folderOf(), env);
    expect(finding).toEqual({ outcome: "not-checked", text: expect.stringMatching(text) });
  });

  it("a machine without Terraform, and a plan that is cancelled, are not checked", async () => {
    const without = await planOf(root, { ...env, TERRAFORM_BINARY_NAME: "no-such-tofu" });
    expect(without).toEqual({ outcome: "not-checked", text: "no-such-tofu is not installed here" });
    const cancelled = await planOf(root, env, AbortSignal.abort());
    expect(cancelled.outcome).toBe("not-checked");
  });
});
