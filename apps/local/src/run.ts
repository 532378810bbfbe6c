import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { printableLine } from "@rainhooks/stage/terminal/printable";
import { WRONG_DEFINITION } from "@rainhooks/webhook/define-function";
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
  if (error instanceof TypeError && "code" in error && error.code === WRONG_DEFINITION)
    return `${error.message} See the file that defines it.`;
  const [place = ""] = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  const where = place.startsWith("file:") ? ` (${place})` : "";
  return `Unexpected: ${messageOf(error)}${where}`;
}
