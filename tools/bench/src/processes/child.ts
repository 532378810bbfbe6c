import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Request, Response } from "./parent.ts";

/** A process that a benchmark started. */
export interface Child {
  /** Sends a request; returns the response. */
  ask(content: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** Options of {@link startChild}. */
export interface ChildOptions {
  readonly args?: readonly string[];
  /** Variables of the process, besides those of this one. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for Node.js. */
  readonly flags?: readonly string[];
}

/** The program that runs functions: reading TypeScript would count as its work and memory. */
const MEASURED = "bundle-runner";

/** Writes the measured program without types into a folder, and returns its path. */
async function withoutTypes(path: string, folder: string): Promise<string> {
  const outfile = join(folder, "program.mjs");
  await build({ entryPoints: [path], outfile, bundle: true, format: "esm", platform: "node" });
  return outfile;
}

/**
 * Starts one of the programs in this folder. Its output is dropped.
 *
 * @returns The process, and what it said when it was ready.
 */
export async function startChild(
  program: string,
  { args = [], env = {}, flags = [] }: ChildOptions,
): Promise<{ readonly child: Child; readonly ready: unknown }> {
  const source = fileURLToPath(new URL(`./${program}.ts`, import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "bench-program-"));
  const path = program === MEASURED ? await withoutTypes(source, folder) : source;
  const child = fork(path, args, {
    // A function in Lambda compiles its code at each start, so a process that is measured does too.
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1", ...env },
    execArgv: [...flags],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const waiting = new Map<number, (response: Response) => void>();
  let requests = 0;
  const responseTo = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${program}: ${error}`));
      });
    });
  child.on("message", (response: Response) => {
    waiting.get(response.id)?.(response);
    waiting.delete(response.id);
  });
  child.on("exit", (code) => {
    for (const [id, settle] of waiting)
      settle({ id, error: `the process ended with code ${code}` });
  });
  const ready = await responseTo(0);
  await rm(folder, { recursive: true });
  return {
    ready,
    child: {
      ask: (content) => {
        requests += 1;
        const response = responseTo(requests);
        child.send({ id: requests, content } satisfies Request);
        return response;
      },
      stop: async () => {
        child.removeAllListeners("exit");
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill("SIGKILL");
        await once(child, "exit");
      },
    },
  };
}
