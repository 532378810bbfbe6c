import { RainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "../destinations/destination.ts";
import { targetNameOf } from "../targets/target.ts";

/**
 * Refuses what has to do with secrets for a destination that is a target of the stage's file, because it has
 * none.
 *
 * @throws {RainhooksError} `input-invalid`.
 */
export function requireUrl({ id, url }: Pick<Destination, "id" | "url">): void {
  const name = targetNameOf(url);
  if (name === undefined) return;
  throw new RainhooksError(
    "input-invalid",
    `Destination ${id} is the target ${name} of the stage's file: it has neither URL nor secrets.`,
  );
}
