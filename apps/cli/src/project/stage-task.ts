import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { RainhooksError, wrongInput } from "@rainhooks/core/errors";
import { projectHere } from "./here.ts";

const PACKAGE = "@rainhooks/infra";

/** What this command uses of {@link PACKAGE}. */
interface Infra {
  readonly projectIn: (folder: string) => unknown;
  readonly runTask: (task: string, args: readonly string[], project: unknown) => Promise<string>;
}

/**
 * Runs a task about a project's stages, and prints what it returns. The package that does it is the
 * project's: it is much larger than this command.
 *
 * @throws {RainhooksError} `stage-failed` if it is not installed; `input-invalid` for a wrong
 * argument, and for a stage with a mistake.
 */
export async function runStageTask(task: string, args: readonly string[]): Promise<void> {
  const folder = projectHere(`npm run ${task}`);
  // cdktf uses functions of Node.js that are deprecated.
  process.noDeprecation = true;
  const infra = (await import(pathToFileURL(resolveIn(folder)).href)) as Infra;
  const text = await infra.runTask(task, args, infra.projectIn(folder)).catch((error: unknown) => {
    throw error instanceof TypeError ? wrongInput(error.message, error) : error;
  });
  console.log(text);
}

function resolveIn(folder: string): string {
  try {
    return createRequire(join(folder, "package.json")).resolve(PACKAGE);
  } catch (error) {
    throw new RainhooksError(
      "stage-failed",
      `${PACKAGE} is not installed in ${folder}. It comes from the same place as its package rainhooks: add it to package.json in the same version, and run npm install.`,
      { cause: error },
    );
  }
}
