import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { writeBin } from "./bin.mjs";

test.each([
  ["20.20.2", false],
  ["22.17.1", false],
  ["22.18.0", true],
  ["24.0.0", true],
])(
  "a program of a package on Node.js %s loads its code, or says which Node.js it needs, before that",
  (version, runs) => {
    const folder = mkdtempSync(join(tmpdir(), "bin-"));
    writeBin(folder, "main.mjs");
    writeFileSync(join(folder, "main.mjs"), 'console.log("loaded");\n');
    const versions = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(versions)}`, join(folder, "bin.mjs")],
      { encoding: "utf8" },
    );
    expect([status, stdout, stderr]).toEqual(
      runs
        ? [0, "loaded\n", ""]
        : [1, "", `Rainhooks needs Node.js 22.18 or newer; this is ${version}.\n`],
    );
    rmSync(folder, { recursive: true });
  },
);
