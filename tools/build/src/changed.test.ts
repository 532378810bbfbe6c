import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { changedFiles, leaveOutUnchanged, unchangedOf } from "./changed.mjs";

const NEEDS = new Map([
  ["alarms", ["capacity"]],
  ["capacity", []],
  ["doctor", []],
  ["forwarding", ["alarms"]],
]);

test.each([
  ["nothing", [], ["alarms", "capacity", "doctor", "forwarding"]],
  ["one that others need", ["extensions/capacity/load.ts"], ["doctor"]],
  ["one that another needs", ["extensions/alarms/x/y.ts"], ["capacity", "doctor"]],
  [
    "the end-to-end tests of one",
    ["tools/e2e/src/doctor/d.e2e.test.ts"],
    ["alarms", "capacity", "forwarding"],
  ],
  [
    "one with its lines in lists, its docs and a test of the platform",
    [
      "extensions/doctor/a.ts",
      "extensions/stores.ts",
      "apps/list/src/pages.ts",
      "infra/src/parts.ts",
      "docs/doctor.md",
      "CHANGELOG.md",
      "packages/core/src/errors.test.ts",
      "infra/src/golden/dev.json",
      "tools/build/src/budgets/budget.json",
    ],
    ["alarms", "capacity", "forwarding"],
  ],
])("the tests of others are left out if what differs is %s", (_, files, names) => {
  const found = unchangedOf(files, NEEDS);
  expect(found.names).toEqual(names);
  expect(found.line).toBe(
    `Left out, because they are as in main: the tests of ${names.join(", ")}.`,
  );
});

test.each([
  "packages/core/src/errors.ts",
  "apps/api/src/handler.ts",
  "infra/src/stack.ts",
  "tools/e2e/src/played-queues.ts",
  "tools/bench/src/main.ts",
  "extensions/package.json",
  "pnpm-lock.yaml",
])("nothing is left out if extensions may use what differs: %s", (path) => {
  expect(unchangedOf(["extensions/doctor/a.ts", path], NEEDS)).toEqual({
    names: [],
    line: `Nothing is left out: extensions may use ${path}, which differs.`,
  });
});

it("nothing is left out if all extensions differ", () => {
  const files = ["extensions/capacity/a.ts", "extensions/doctor/a.ts"];
  expect(unchangedOf(files, NEEDS)).toMatchObject({
    names: [],
    line: expect.stringContaining("all"),
  });
});

describe("what differs from main", () => {
  let root = "";
  const git = (...args: string[]) => {
    const who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    const { status, stderr } = spawnSync("git", [...who, ...args], { cwd: root, encoding: "utf8" });
    expect([args, status, stderr]).toEqual([args, 0, expect.any(String)]);
  };
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "changed-"));
    git("init", "--quiet", "--initial-branch", "main");
    for (const name of ["alarms", "doctor"])
      await write(`extensions/${name}/extension.ts`, "needs: [],");
    await write("extensions/.turbo/log", "");
    for (const name of ["a", "b", "c"]) await write(`extensions/alarms/${name}.ts`, "1");
    git("add", ".");
    git("commit", "--quiet", "--message", "first");
  });
  afterEach(() => rm(root, { recursive: true }));

  it("what differs from main is what is committed since, changed, deleted and new, in main or not", async () => {
    git("checkout", "--quiet", "-b", "own");
    await write("extensions/alarms/a.ts", "2");
    git("commit", "--quiet", "--all", "--message", "second");
    git("checkout", "--quiet", "main");
    await write("extensions/doctor/main.ts", "1");
    git("add", ".");
    git("commit", "--quiet", "--message", "of others");
    git("checkout", "--quiet", "own");
    await write("extensions/alarms/b.ts", "2");
    await rm(join(root, "extensions/alarms/c.ts"));
    await write("extensions/alarms/ä b.ts", "1");
    const expected = ["a", "b", "c", "ä b"].map((name) => `extensions/alarms/${name}.ts`);
    expect(changedFiles(root)).toEqual(expected);
    expect(leaveOutUnchanged(root)).toEqual({
      args: ["--testPathIgnorePatterns", "/(extensions|tools/e2e/src)/(doctor)/"],
      line: "Left out, because they are as in main: the tests of doctor.",
    });
  });

  it("without a branch main, there is a reason in one line", () => {
    git("branch", "--move", "other");
    expect(() => changedFiles(root)).toThrow(
      "--changed compares with the branch main, and git finds none here.",
    );
  });
});
