import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";

const JEST = join(import.meta.dirname, "../../../node_modules/jest/bin/jest.js");

const CASES = `
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";

it("holds", () => expect(1).toBe(1));
it("does not hold", () => expect(1).toBe(2));
it.skip("is left out", () => expect(1).toBe(2));
test.each([1, 2])("is once for %d", (one) => expect(one).toBe(1));
it("hangs", () => new Promise(() => undefined), 50);
it("says how much it asserts", () => expect.assertions(1));
it("throws later", () => new Promise((done) => setTimeout(() => { setTimeout(done, 50); throw new Error("later"); })));
it("rejects without anybody", async () => { Promise.reject(new Error("nobody")); await new Promise((done) => setTimeout(done, 50)); });
it("throws nothing", () => Promise.reject(undefined));
describe("what does not start", () => {
  beforeAll(() => { throw new Error("before"); });
  it("has failed", () => undefined);
});
describe("what does not end", () => {
  afterAll(() => { throw new Error("after"); });
  it("holds", () => { process.env.LEFT = "by the file before"; process.env = { ...process.env, ALSO: "left" }; });
});
`;
const NEXT = `
import { expect, it } from "@jest/globals";
it("has an environment of its own", () => expect([process.env.LEFT, process.env.ALSO]).toEqual([undefined, undefined]));
`;

it("the runner reports of each test whether it passes", async () => {
  const rootDir = await mkdtemp(join(tmpdir(), "native-"));
  const files = { "a.test.mjs": CASES, "b.test.mjs": NEXT, "c.test.mjs": "import './none.mjs';" };
  for (const [name, text] of Object.entries(files)) await writeFile(join(rootDir, name), text);
  const config = {
    rootDir,
    testMatch: ["**/*.test.mjs"],
    testRunner: join(import.meta.dirname, "jest-native.mjs"),
    cacheDirectory: join(rootDir, "cache"),
    reporters: [],
  };
  const args = [JEST, "--json", "--runInBand", "--config", JSON.stringify(config)];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  await rm(rootDir, { recursive: true });
  const { testResults } = JSON.parse(stdout) as {
    testResults: {
      name: string;
      message: string;
      assertionResults: { fullName: string; status: string }[];
    }[];
  };
  const sorted = testResults.toSorted((a, b) => a.name.localeCompare(b.name));
  expect(
    sorted.map((file) => file.assertionResults.map((one) => [one.fullName, one.status])),
  ).toEqual([
    [
      ["holds", "passed"],
      ["does not hold", "failed"],
      ["is left out", "pending"],
      ["is once for 1", "passed"],
      ["is once for 2", "failed"],
      ["hangs", "failed"],
      ["says how much it asserts", "failed"],
      ["throws later", "failed"],
      ["rejects without anybody", "failed"],
      ["throws nothing", "failed"],
      ["what does not start has failed", "failed"],
      ["what does not end holds", "passed"],
    ],
    [["has an environment of its own", "passed"]],
    [],
  ]);
  const [{ message = "" } = {}, , { message: missing = "" } = {}] = sorted;
  for (const text of [
    "Expected: 2",
    "Exceeded timeout of 50 ms",
    "later",
    "nobody",
    "before",
    "after",
  ])
    expect(message).toContain(text);
  expect(missing).toContain("none.mjs");
  expect(status).toBe(1);
});
