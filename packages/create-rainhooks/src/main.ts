import { ChoiceMistake } from "@rainhooks/tooling/src/new-webhook/choices.mjs";
import { create } from "./create.ts";
import { readOptions, terminalAsk, USAGE } from "./options.ts";

/** Makes a project; returns the exit code. */
export async function main(args: readonly string[], version: string): Promise<number> {
  const terminal = terminalAsk();
  try {
    const options = await readOptions(args, terminal?.ask);
    if (options === undefined) {
      console.log(USAGE);
      return 0;
    }
    const files = create(options, version);
    console.log(
      `Created ${options.folder} (${files.length} files). Next:\n\n  cd ${options.folder}\n  npm install\n  npm start`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof ChoiceMistake)) throw error;
    console.error(error.message);
    return 2;
  } finally {
    terminal?.close();
  }
}
