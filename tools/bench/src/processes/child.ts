import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Request, Response } from "./parent.ts";

/** A process that a benchmark started. */
export interface Child {
  /** Sends a request; returns the response. */
  ask(content: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts one of the programs in this folder. Its output is dropped.
 *
 * @param env Variables of the process, besides those of this one.
 * @returns The process, and what it said when it was ready.
 */
export async function startChild(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly child: Child; readonly ready: unknown }> {
  const child = fork(fileURLToPath(new URL(`./${program}.ts`, import.meta.url)), args, {
    env: { ...process.env, ...env },
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
