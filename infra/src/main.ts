import { STAGES } from "../stages/index.ts";
import { makeApp } from "./app.ts";
import { CONTENTS } from "./contents.ts";
import { copyLockFile } from "./lock-file.ts";

try {
  const app = makeApp(STAGES, CONTENTS);
  app.synth();
  copyLockFile(".", app.outdir);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
