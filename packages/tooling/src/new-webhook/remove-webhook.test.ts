import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ROOT } from "../lambda-node.mjs";
import { withWebhook } from "./register.mjs";

const LIST = "apps/webhook-list";
const OWN = `${LIST}/src/own.ts`;

test("a webhook that is not committed is removed only if that is confirmed, also where nobody can be asked", () => {
  const root = mkdtempSync(join(tmpdir(), "remove-webhook-"));
  const handler = join(root, "apps/x/src/handler.ts");
  const make = (code: string) => {
    for (const folder of [LIST, "packages/tooling/bin", "packages/tooling/src"])
      cpSync(join(ROOT, folder), join(root, folder), {
        recursive: true,
        filter: (path) => !/\/(?:node_modules|dist)$/.test(path),
      });
    writeFileSync(join(root, OWN), withWebhook(readFileSync(join(ROOT, OWN), "utf8"), "x"));
    mkdirSync(join(root, "apps/x/src"), { recursive: true });
    writeFileSync(join(root, "apps/x/src/webhook.ts"), "export {};\n");
    writeFileSync(handler, code);
  };
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: root, encoding: "utf8", input: "" });
  const remove = (...args: string[]) => {
    const { status, stderr } = run(process.execPath, "packages/tooling/bin/remove-webhook.mjs", "x", ...args);
    return [status, stderr, existsSync(handler)];
  };
  const refused = [
    1,
    "apps/x is not committed, and would be lost. To delete it, add --yes.\nNothing was removed.\n",
    true,
  ];
  const removed = [0, "", false];
  make("");
  expect(remove()).toEqual(refused);
  run("git", "init", "-q");
  expect(remove()).toEqual(refused);
  expect(remove("--yes")).toEqual(removed);
  make("");
  run("git", "add", ".");
  run("git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x");
  make("const edited = 1;\n");
  expect(remove()).toEqual(refused);
  make("");
  expect(remove()).toEqual(removed);
  rmSync(root, { recursive: true });
});
