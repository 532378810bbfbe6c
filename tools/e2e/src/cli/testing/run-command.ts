import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { CommandRequest, CommandResponse } from "./command-host.ts";

/**
 * The path of the command in a few files, as in its package: it needs half of the time to start.
 */
export const BUNDLED_COMMAND = fileURLToPath(
  new URL("../../../bundle/dist/rainhooks.mjs", import.meta.url),
);

/** The result of a command. */
export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Variables in addition to those of this process; `undefined` removes one. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs the rainhooks command as it is now, in a process that runs all commands of a worker of jest,
 * and ends with it: arguments in, text and exit code out.
 */
export async function runCommand(
  args: readonly string[],
  input = "",
  environment: Environment = {},
): Promise<CommandResult> {
  host ??= startHost();
  return (await host)({ args, input, environment });
}

/**
 * Runs the rainhooks command in its own process.
 *
 * @param program Path of the command. @defaultValue the command as it is now, bundled
 */
export async function runProgram(
  args: readonly string[],
  input = "",
  environment: Environment = {},
  program = BUNDLED_COMMAND,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...environment },
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("exit", resolve)),
  ]);
  return { code, out: out.trim(), err: err.trim() };
}

type Host = (request: Omit<CommandRequest, "id">) => Promise<CommandResult>;

let host: Promise<Host> | undefined;

async function startHost(): Promise<Host> {
  const child = fork(join(dirname(BUNDLED_COMMAND), "command-host.mjs"), { execArgv: [] });
  const waiting = new Map<number, (finished: CommandResult) => void>();
  let ended = false;
  child.on("exit", () => {
    ended = true;
    for (const settle of waiting.values())
      settle({ code: null, out: "", err: "The process of all commands ended." });
  });
  await once(child, "message");
  child.on("message", ({ id, ...finished }: CommandResponse) => {
    waiting.get(id)?.(finished);
    waiting.delete(id);
    if (waiting.size === 0) holdOpen(child, false);
  });
  holdOpen(child, false);
  let requests = 0;
  return (request) =>
    new Promise((settle, reject) => {
      if (ended) return reject(new Error("The process of all commands has ended."));
      requests += 1;
      waiting.set(requests, settle);
      holdOpen(child, true);
      child.send({ id: requests, ...request });
    });
}

/** Says whether this process goes on as long as the other one, which ends with it. */
function holdOpen(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}
