import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { copyLockFile } from "./tasks/tasks.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  for (const stack of ["rainhooks-dev", "rainhooks-prod"])
    mkdirSync(join(folder, "out/stacks", stack), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

it("synthesis copies the lock file of providers beside each stack", () => {
  writeFileSync(join(folder, ".terraform.lock.hcl"), "hashes");
  copyLockFile(folder, join(folder, "out"));
  for (const stack of ["rainhooks-dev", "rainhooks-prod"])
    expect(readFileSync(join(folder, "out/stacks", stack, ".terraform.lock.hcl"), "utf8")).toBe(
      "hashes",
    );
});

it("copyLockFile does nothing without a lock file", () => {
  expect(() => copyLockFile(folder, join(folder, "out"))).not.toThrow();
});
