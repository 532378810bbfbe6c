import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { printableLine } from "@rainhooks/stage/terminal/printable";
import { readOptions } from "./options.ts";

/** Runs `npm start` with its arguments; returns the exit code. What is wrong is printed. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args, process.env);
    // Imported here, because a wrong webhook definition throws while it is loaded.
    const { start } = await import("./start.ts");
    return await start(options);
  } catch (error) {
    console.error(printableLine(explain(error)));
    return 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof RainhooksError) return error.message;
  // The error of a wrong definition starts with its kind and name.
  if (error instanceof TypeError && /^(Webhook|API) "/.test(error.message)) {
    return `${error.message} See its file webhook.ts.`;
  }
  const [place = ""] = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  const where = place.startsWith("file:") ? ` (${place})` : "";
  return `Unexpected: ${messageOf(error)}${where}`;
}
