import { dirname, join, relative } from "node:path";

/**
 * Where stages are kept and tasks are typed: a clone, or a project with Rainhooks as installed
 * packages.
 */
export interface Workplace {
  /** The folder from which paths are shown. */
  readonly root: string;
  /** The folder with a file for each stage. */
  readonly stagesDir: string;
  /** Returns what to type for a task, as far as its arguments. */
  readonly typed: (task: string) => string;
}

/** Runs a task, and returns what to print. */
export type Task = (args: readonly string[], workplace: Workplace) => string | Promise<string>;

const CLONE = join(import.meta.dirname, "../../..");

/** This clone. */
export const clone: Workplace = {
  root: CLONE,
  stagesDir: join(CLONE, "infra/stages"),
  typed: (task) => `npm run ${task} --`,
};

/** Returns a project of one's own, in the folder `root`. */
export function projectIn(root: string): Workplace {
  return { root, stagesDir: join(root, "stages"), typed: (task) => `npx rainhooks ${task}` };
}

/** Returns the path of a stage's file as it is shown. */
export function stageFilePath({ root, stagesDir }: Workplace, name: string): string {
  return relative(root, join(stagesDir, `${name}.ts`));
}

/** Returns the folder in which cdktf runs, as it is shown: empty for the root. */
export function cdktfFolder({ root, stagesDir }: Workplace): string {
  return relative(root, dirname(stagesDir));
}
