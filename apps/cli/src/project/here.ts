import { PROJECT } from "@rainhooks/app-webhook-list/project";
import { RainhooksError } from "@rainhooks/core";

/**
 * Returns the folder of the project in which the command was called.
 *
 * @param inClone The command of a clone that does the same.
 * @throws {RainhooksError} `input-invalid` if there is none.
 */
export function projectHere(inClone: string): string {
  if (PROJECT !== undefined) return PROJECT;
  throw new RainhooksError(
    "input-invalid",
    `There is no folder webhooks here, with rainhooks among its installed packages. "npm create rainhooks" makes such a project; in a clone, use ${inClone}.`,
  );
}
