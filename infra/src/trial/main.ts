/*
 * Deploys a stage to an AWS-compatible emulator on this machine instead of AWS. Needs Terraform or OpenTofu,
 * and the emulator.
 *
 *   npm run trial [-- <stage>]      default: dev
 */
import { CONTENTS } from "../contents.ts";
import { loadStages } from "../stages/load-stages.ts";
import { clone } from "../tasks/workplace.ts";
import { findEmulator } from "./emulator.ts";
import { MissingPrerequisite } from "./prerequisite.ts";
import { findTerraform } from "./terraform.ts";
import { trial } from "./trial.ts";

const MAX_WAIT_MS = 30_000;
/** Exit code of shells after Ctrl-C. */
const INTERRUPTED = 130;

const stop = new AbortController();
const stopAtOnce = new AbortController();
process.on("SIGINT", () => (stop.signal.aborted ? stopAtOnce : stop).abort());

async function chooseStage(name = "dev") {
  const stages = await loadStages(clone.stagesDir);
  const stage = stages.find((one) => one.name === name);
  if (stage !== undefined) return stage;
  const known = stages.map((one) => one.name).join(", ");
  throw new MissingPrerequisite(`There is no stage ${name} in infra/stages. Stages: ${known}.`);
}

try {
  const stage = await chooseStage(process.argv[2]);
  const terraform = findTerraform();
  const endpoint = await findEmulator(process.env["RAINHOOKS_INFRA_ENDPOINT"]);
  await trial({
    stage,
    terraform,
    endpoint,
    contents: CONTENTS,
    print: (text) => console.log(text),
    maxWaitMs: MAX_WAIT_MS,
    stop: stop.signal,
    stopAtOnce: stopAtOnce.signal,
  });
  if (stop.signal.aborted) process.exitCode = INTERRUPTED;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof MissingPrerequisite ? 2 : 1;
}
