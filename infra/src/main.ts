import { join, relative } from "node:path";
import { formatTable } from "@rainhooks/terminal";
import { makeApp } from "./app.ts";
import { CONTENTS } from "./contents.ts";
import { copyLockFile } from "./lock-file.ts";
import { loadStages } from "./stages/load-stages.ts";

const PROJECT = join(import.meta.dirname, "../..");

try {
  const app = makeApp(await loadStages(), CONTENTS);
  app.synth();
  copyLockFile(".", app.outdir);
  const rows = Object.values(app.manifest.stacks).map(({ name, workingDirectory }) => [
    name,
    relative(PROJECT, join(app.outdir, workingDirectory)),
  ]);
  console.log(formatTable(["stack", "folder with its Terraform configuration"], rows));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
