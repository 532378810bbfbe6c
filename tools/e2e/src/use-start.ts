import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { MAIN_PATH, withoutUnsetWebhooks } from "@rainhooks/app-local/testing/main-path";

/** The only variables of a stage. */
const { PATH, NODE_COMPILE_CACHE } = process.env;

/** The result of `npm start`. */
export interface StartResult {
  readonly code: number | null;
  readonly out: string;
}

/**
 * Lets the tests of a `describe` run `npm start` in processes of their own, with data in folders
 * that are deleted at the end.
 */
export function useStart() {
  let folder = "";
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "start-"));
  });
  afterAll(async () => {
    // After a timeout, a test leaves its stage running on data that is about to be deleted.
    for (const child of children) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  /** Runs the stage; `onOutput` may end it. */
  function start(
    args: string[],
    onOutput: (out: string, stop: () => void) => void = () => undefined,
  ) {
    const child = spawn(process.execPath, [MAIN_PATH, ...args], {
      env: { PATH, NODE_COMPILE_CACHE },
    });
    children.add(child);
    let out = "";
    let stopped = false;
    // Only once: a second Ctrl-C kills the stage.
    const stop = () => {
      if (!stopped) child.kill("SIGINT");
      stopped = true;
    };
    child.stdout.on("data", (chunk) => {
      out += chunk;
      onOutput(out, stop);
    });
    child.stderr.on("data", (chunk) => {
      out += chunk;
    });
    return new Promise<StartResult>((resolve) => {
      child.on("close", (code) => {
        children.delete(child);
        resolve({ code, out: withoutUnsetWebhooks(out) });
      });
    });
  }

  return { start, folderOf: (name: string) => join(folder, name) };
}
