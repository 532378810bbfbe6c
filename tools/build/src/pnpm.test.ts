import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { runPnpm } from "./pnpm.mjs";

let root: string;
let fetched: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pnpm-"));
  fetched = join(root, "fetched");
  writeScript(join(fetched, "pnpm"), 'echo "ran $*"');
  writeScript(
    join(root, "npm/npm"),
    `echo "$*" >> ${root}/asked; echo /nothing${delimiter}${fetched}`,
  );
  process.env["PATH"] = `${join(root, "npm")}${delimiter}${process.env["PATH"]}`;
  mkdirSync(join(root, "node_modules"));
  useVersion("pnpm@12.0.0");
});
afterEach(() => rmSync(root, { recursive: true }));

it("the pnpm script asks npm once where pnpm is, in a workspace that is installed", () => {
  expect(runPnpm(root, "pnpm install && pnpm turbo build").stdout).toBe(
    "ran install\nran turbo build\n",
  );
  runPnpm(root, "pnpm install");
  expect(asked()).toEqual(["exec --yes --package=pnpm@12.0.0 -c node -p process.env.PATH"]);
});

it("the pnpm script asks again for another version, and if npm has lost its copy", () => {
  runPnpm(root, "pnpm install");
  useVersion("pnpm@13.0.0");
  runPnpm(root, "pnpm install");
  rmSync(fetched, { recursive: true });
  expect(runPnpm(root, "pnpm install").status).not.toBe(0);
  expect(asked()).toHaveLength(3);
});

it("the pnpm script returns what npm says if it cannot fetch pnpm", () => {
  writeScript(join(root, "npm/npm"), "echo no network >&2; exit 1");
  expect(runPnpm(root, "pnpm install")).toMatchObject({ status: 1, stderr: "no network\n" });
});

function useVersion(packageManager: string): void {
  writeFileSync(join(root, "package.json"), JSON.stringify({ packageManager }));
}

function writeScript(path: string, content: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${content}\n`);
  chmodSync(path, 0o755);
}

function asked(): string[] {
  return readFileSync(join(root, "asked"), "utf8").trimEnd().split("\n");
}
