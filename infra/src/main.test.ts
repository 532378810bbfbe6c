import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it } from "@jest/globals";
import { STAGE_TASKS } from "@rainhooks/stage/commands/usage.mjs";
import { runTask } from "./tasks/tasks.ts";
import { clone } from "./tasks/workplace.ts";

it("synthesis prints which stacks it has written, and where", () => {
  const outdir = mkdtempSync(join(tmpdir(), "synth-"));
  try {
    const output = execFileSync(process.execPath, ["--no-deprecation", "src/main.ts", "synth"], {
      cwd: join(import.meta.dirname, ".."),
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      encoding: "utf8",
    });
    expect(output).toContain("rainhooks-dev");
    expect(output).toContain(join(basename(outdir), "stacks/rainhooks-dev"));
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

it("the tasks are those that npm and the command know", async () => {
  const known = Object.keys(STAGE_TASKS).join(", ");
  await expect(runTask("nothing", [], clone)).rejects.toThrow(`Tasks: ${known}.`);
});
