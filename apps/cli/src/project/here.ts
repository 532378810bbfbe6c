import { PROJECT } from "@rainhooks/app-list/project/folder";
import { wrongInput } from "@rainhooks/core/errors";

/**
 * Returns the folder of the project in which the command was called.
 *
 * @param inClone The command of a clone that does the same.
 * @throws {RainhooksError} `input-invalid` if there is none.
 */
export function projectHere(inClone: string): string {
  if (PROJECT !== undefined) return PROJECT;
  throw wrongInput(
    `This folder is in no project with webhooks of your own. In a clone, "npm run new-project" makes one, and ${inClone} does this for the clone itself.`,
  );
}
