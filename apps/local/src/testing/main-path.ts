import { fileURLToPath } from "node:url";

/** Path of the program that `npm start` runs. */
export const MAIN_PATH = fileURLToPath(new URL("../main.ts", import.meta.url));

/**
 * Removes the lines about webhooks that are not started. The owner of a clone may have such
 * webhooks; tests do not depend on them.
 */
export function withoutUnsetWebhooks(output: string): string {
  return output.replace(/^! \S+ is not started: .*\n/gm, "");
}
