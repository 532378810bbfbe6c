import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Archive } from "./objects.ts";
import { readObjectLines } from "./read/object-lines.ts";
import type { UnreadableLine } from "./read/text-lines.ts";

/**
 * Reads the deliveries of an object: JSON, one per line, optionally gzipped.
 *
 * @throws {RainhooksError} `not-found` when there is no such object, `input-invalid` for a line
 * that is not a delivery.
 */
export async function readObject(archive: Archive, key: string): Promise<Delivery[]> {
  const found: Delivery[] = [];
  for await (const { deliveries, unreadable } of readObjectLines(archive, key)) {
    const [problem] = unreadable;
    if (problem !== undefined) throw unreadableError(archive, key, problem);
    for (const { delivery } of deliveries) found.push(delivery);
  }
  return found;
}

/** Makes the error of a line or an object that cannot be read. */
export function unreadableError(
  { bucket }: Archive,
  key: string,
  { line, reason }: UnreadableLine,
): RainhooksError {
  if (reason === "the object does not exist")
    return new RainhooksError("not-found", `There is no object ${key} in ${bucket}.`, {
      permanent: true,
    });
  const where = line === 0 ? key : `${key}, line ${line}`;
  return new RainhooksError("input-invalid", `${where}: ${reason}.`, { permanent: true });
}
