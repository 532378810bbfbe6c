import { join } from "node:path";
import { STAGES_DIR } from "./stages/load-stages.ts";
import { synthesizeStages } from "./synthesize-stages.ts";

try {
  console.log(await synthesizeStages(STAGES_DIR, join(import.meta.dirname, "../..")));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
