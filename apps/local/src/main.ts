import { messageOf, RainhooksError } from "@rainhooks/core";
import { printableLine } from "@rainhooks/terminal";
import { readOptions } from "./options.ts";

try {
  const options = readOptions(process.argv.slice(2), process.env);
  // Imported here, because a wrong webhook definition throws while it is loaded.
  const { start } = await import("./start.ts");
  process.exitCode = await start(options);
} catch (error) {
  console.error(printableLine(explain(error)));
  process.exitCode = 1;
}

function explain(error: unknown): string {
  if (error instanceof RainhooksError) return error.message;
  // The error of a wrong definition starts with its kind and name.
  if (error instanceof TypeError && /^(Webhook|API) "/.test(error.message)) {
    return `${error.message} See apps/<its name>/src/webhook.ts.`;
  }
  const [place = ""] = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  const where = place.startsWith("file:") ? ` (${place})` : "";
  return `Unexpected: ${messageOf(error)}${where}`;
}
