import { execFile, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The command as it runs in a clone. */
export const CLI_PATH = fileURLToPath(new URL("../main.ts", import.meta.url));
const BUNDLE = fileURLToPath(new URL("../../../../packages/tooling/bin/bundle-cli.mjs", import.meta.url));

let bundled: Promise<string> | undefined;

/** Returns the path of the command in a few files, as in its package: it needs half of the time to start. */
function bundledCommand(): Promise<string> {
  bundled ??= promisify(execFile)(process.execPath, [BUNDLE]).then(({ stdout }) => stdout.trim());
  return bundled;
}

/** The result of a command. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the rainhooks command in its own process.
 *
 * @param environment Variables in addition to those of this process.
 * @param program Path of the command. @defaultValue the command as it is now, bundled
 */
export async function runCommand(
  args: readonly string[],
  input = "",
  environment: Readonly<Record<string, string | undefined>> = {},
  program?: string,
): Promise<Finished> {
  const path = program ?? (await bundledCommand());
  const child = spawn(process.execPath, [path, ...args], { env: { ...process.env, ...environment } });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("exit", resolve)),
  ]);
  return { code, out: out.trim(), err: err.trim() };
}
