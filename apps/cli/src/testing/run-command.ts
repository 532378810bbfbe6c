import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The command as it runs in a clone. */
export const CLI_PATH = fileURLToPath(new URL("../main.ts", import.meta.url));

/** The result of a command. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the rainhooks command in its own process; `environment` is added to this process's environment. */
export async function runCommand(
  args: readonly string[],
  input = "",
  environment: Readonly<Record<string, string | undefined>> = {},
  program = CLI_PATH,
): Promise<Finished> {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...environment } });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("exit", resolve)),
  ]);
  return { code, out: out.trim(), err: err.trim() };
}
