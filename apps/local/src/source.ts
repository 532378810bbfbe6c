import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import type { LocalSource } from "@rainhooks/local/source";
import { UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { DEFAULT_SOURCE } from "@rainhooks/stage/outputs";

/** The sources of events that the local stage can have. */
const SOURCES: readonly LocalSource[] = [
  {
    name: DEFAULT_SOURCE,
    functions: [],
    open: () => import("@rainhooks/local/fleet/classic-source"),
  },
  ...EXTENSIONS.flatMap(({ source }) => source ?? []),
];

/**
 * Returns the source with a name.
 *
 * @throws {UsageMistake} with the known names, if there is none.
 */
export function findSource(name: string): LocalSource {
  const found = SOURCES.find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = SOURCES.map((one) => one.name).join(", ");
  throw new UsageMistake(`--source must be one of ${known}, not ${name}.`);
}
