import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { messageOf } from "@rainhooks/core/errors";
import { startServices } from "./services.ts";

/*
 * Runs examples one after the other in this process, and writes their outcomes to `outcomes.json`.
 * Arguments: the folder of the examples, and their names.
 */

/** What an example has printed, and why it failed. */
export interface Outcome {
  readonly name: string;
  readonly printed: readonly string[];
  readonly error: string | undefined;
}

async function run(folder: string, name: string): Promise<Outcome> {
  const printed: string[] = [];
  console.log = (...values) => printed.push(...format(...values).split("\n"));
  const error = await import(pathToFileURL(join(folder, `${name}.ts`)).href).then(
    () => undefined,
    messageOf,
  );
  return { name, printed, error };
}

const [folder = "", ...names] = process.argv.slice(2);
await startServices();
const outcomes: Outcome[] = [];
for (const name of names) outcomes.push(await run(folder, name));
await writeFile(join(folder, "outcomes.json"), JSON.stringify(outcomes));
process.exit();
