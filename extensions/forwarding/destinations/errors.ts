import { RainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "./destination.ts";

/** The error for an id that no destination has. */
export function noDestination(id: string): RainhooksError {
  return new RainhooksError("not-found", `There is no destination ${id}.`);
}

/**
 * The error for what needs the secrets of a destination of the stage's file, before somebody has given them.
 */
export function withoutSecrets({ id }: Pick<Destination, "id">): RainhooksError {
  return new RainhooksError("secret-unavailable", `Destination ${id} has no secrets for its host yet.`, {
    hint: { to: "Give them", command: `destinations set-secrets ${id}` },
  });
}

/** The error for a change of what the stage's file decides. */
export function decidedInFile({ id }: Pick<Destination, "id">): RainhooksError {
  return new RainhooksError(
    "input-invalid",
    `Destination ${id} is in the stage's file. Change or remove it there, and deploy. Its secrets and its pauses are changed with commands.`,
  );
}
