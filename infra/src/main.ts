import { makeApp } from "./app.ts";
import { CONTENTS } from "./contents.ts";
import { copyLockFile } from "./lock-file.ts";
import { loadStages } from "./stages/load-stages.ts";

try {
  const app = makeApp(await loadStages(), CONTENTS);
  app.synth();
  copyLockFile(".", app.outdir);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
