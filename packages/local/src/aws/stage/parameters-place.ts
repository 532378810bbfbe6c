import { join } from "node:path";

/**
 * Returns the place of secret parameters on a local stage: a file that only the user can read. It does not
 * exist before the first one.
 */
export function parametersPlace(dataDir: string, name: string): string {
  return `file:${join(dataDir, `secret-${name}`)}`;
}
