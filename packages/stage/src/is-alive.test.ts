import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "@jest/globals";
import { isAlive } from "./stage-file.ts";

it("isAlive says whether a process runs, also one of another user", async () => {
  expect(isAlive(process.pid)).toBe(true);
  const child = spawn(process.execPath, ["--version"]);
  await once(child, "exit");
  expect(isAlive(child.pid ?? 0)).toBe(false);
  const { kill } = process;
  process.kill = () => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  };
  try {
    expect(isAlive(1)).toBe(true);
  } finally {
    process.kill = kill;
  }
});
