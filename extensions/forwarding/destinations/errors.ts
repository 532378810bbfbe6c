import { RainhooksError } from "@rainhooks/core/errors";

/** The error for an id that no destination has. */
export function noDestination(id: string): RainhooksError {
  return new RainhooksError("not-found", `There is no destination ${id}.`);
}
