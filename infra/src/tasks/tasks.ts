import { PARTS } from "../parts.ts";
import { POLICY_TASKS } from "../policies/policy-task.ts";
import { PROGRAM } from "../program.ts";
import { newStage } from "../stages/new-stage-task.ts";
import { synthesizeStages } from "../synthesize-stages.ts";
import type { Task, Workplace } from "./workplace.ts";

const TASKS: ReadonlyMap<string, Task> = new Map<string, Task>([
  ["synth", (_, { root, stagesDir }) => synthesizeStages(stagesDir, root)],
  ["new-stage", newStage],
  ...PARTS.flatMap(({ programs = {} }) => Object.entries(programs)).map(([name, run]): [string, Task] => [
    name,
    (args, { typed }) => run(args, { ...PROGRAM, typed }),
  ]),
  ...POLICY_TASKS,
]);

/**
 * Runs a task of the infrastructure: `synth`, `new-stage`, `cost`, or the name of a policy.
 *
 * @returns What to print.
 * @throws {TypeError} in one line, for a wrong argument, a file that is no stage, or a stage with a mistake.
 */
export async function runTask(name: string, args: readonly string[], workplace: Workplace): Promise<string> {
  const task = TASKS.get(name);
  if (task === undefined)
    throw new TypeError(`There is no task ${name}. Tasks: ${[...TASKS.keys()].join(", ")}.`);
  return task(args, workplace);
}
