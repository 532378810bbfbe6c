import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { prepareBundles } from "@rainhooks/app-list/bundles";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { makeApp } from "../app.ts";
import { CONTENTS } from "../contents.ts";
import { readLastDeployments } from "../last-deployments.ts";
import { PARTS } from "../parts.ts";
import { POLICY_TASKS } from "../policies/policy-task.ts";
import { PROGRAM } from "../program.ts";
import { loadStages } from "../stages/load-stages.ts";
import { newStage } from "../stages/new-stage-task.ts";
import type { Task, Workplace } from "./workplace.ts";

const TASKS: ReadonlyMap<string, Task> = new Map<string, Task>([
  ["synth", (_, { root, stagesDir }) => synthesizeStages(stagesDir, root)],
  ["new-stage", newStage],
  ...PARTS.flatMap(({ programs = {} }) => Object.entries(programs)).map(
    ([name, run]): [string, Task] => [name, (args, { typed }) => run(args, { ...PROGRAM, typed })],
  ),
  ...POLICY_TASKS,
]);

/**
 * Runs a task of the infrastructure: `synth`, `new-stage`, `cost`, or the name of a policy.
 *
 * @returns What to print.
 * @throws {TypeError} in one line, for a wrong argument, a file that is no stage, or a stage with a
 * mistake.
 */
export async function runTask(
  name: string,
  args: readonly string[],
  workplace: Workplace,
): Promise<string> {
  const task = TASKS.get(name);
  if (task === undefined)
    throw new TypeError(`There is no task ${name}. Tasks: ${[...TASKS.keys()].join(", ")}.`);
  return task(args, workplace);
}

/**
 * Writes the Terraform configuration of all stages of a folder to `cdktf.out` in the working
 * directory, or where cdktf says.
 *
 * @param shownFrom The folder from which paths are shown.
 * @returns A table of the stacks and their folders, and which stages were not compared with their
 * last deployment.
 * @throws {TypeError} if a file is no stage, a stage has a mistake, or its deployment would delete
 * data.
 */
async function synthesizeStages(folder: string, shownFrom: string): Promise<string> {
  await prepareBundles();
  const stages = await loadStages(folder);
  const { of: lastDeployments, unread } = await readLastDeployments(
    stages,
    join(folder, "../state"),
  );
  const app = makeApp(stages, { ...CONTENTS, lastDeployments });
  app.synth();
  copyLockFile(".", app.outdir);
  const rows = Object.values(app.manifest.stacks).map(({ name, workingDirectory }) => [
    name,
    relative(shownFrom, join(app.outdir, workingDirectory)),
  ]);
  return [formatTable(["stack", "folder with its Terraform configuration"], rows), ...unread].join(
    "\n",
  );
}

const LOCK_FILE = ".terraform.lock.hcl";

/**
 * Copies a lock file of providers into the folder of each synthesized stack, where Terraform looks
 * for it. Terraform then installs only providers with these hashes.
 *
 * @param from Folder that may have the lock file.
 * @param outdir Folder of the synthesis.
 */
export function copyLockFile(from: string, outdir: string): void {
  const lockFile = join(from, LOCK_FILE);
  if (!existsSync(lockFile)) return;
  const stacks = join(outdir, "stacks");
  for (const stack of readdirSync(stacks)) copyFileSync(lockFile, join(stacks, stack, LOCK_FILE));
}
