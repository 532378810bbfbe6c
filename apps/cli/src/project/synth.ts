import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { RainhooksError } from "@rainhooks/core";
import { projectHere } from "./here.ts";

const PACKAGE = "@rainhooks/infra";

/** What this command uses of {@link PACKAGE}. */
interface Infra {
  readonly synthesizeStages: (folder: string) => Promise<string>;
}

/**
 * Writes the Terraform configuration of a project's stages. The package that does it is the project's: it is much larger than this command.
 *
 * @throws {RainhooksError} `stage-failed` if it is not installed.
 */
export async function synth(): Promise<void> {
  const folder = projectHere("npm run synth");
  const infra = (await import(pathToFileURL(resolveIn(folder)).href)) as Infra;
  console.log(await infra.synthesizeStages(join(folder, "stages")));
}

function resolveIn(folder: string): string {
  try {
    return createRequire(join(folder, "package.json")).resolve(PACKAGE);
  } catch (error) {
    throw new RainhooksError(
      "stage-failed",
      `${PACKAGE} is not installed in ${folder}: npm install --save-dev ${PACKAGE}`,
      { cause: error },
    );
  }
}
