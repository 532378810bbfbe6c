import { type MessagePort, Worker } from "node:worker_threads";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { StartVerifyWorks } from "../verify/verify-store.ts";
import { type VerifyWork, verifyWorkBy, type WantedNodes } from "../verify/verify-work.ts";
import { errorOf, type SentError, sentError } from "./work-call.ts";

/** What a thread is started with, besides what its script needs itself. */
export interface ThreadRequest<Setup> {
  readonly setup: Setup;
  readonly wanted: WantedNodes;
  /** In it the thread makes a folder of its own. */
  readonly folder: string;
}

interface Call {
  readonly id: number;
  readonly name: keyof VerifyWork;
  readonly args: readonly unknown[];
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: SentError;
}

/** Young objects of a thread, MiB: a larger space is emptied less often. */
const YOUNG_MIB = 24;

/**
 * Returns what starts threads for a verification. Each runs a script that calls {@link serveWork}.
 *
 * @param setup What the script needs; it is copied.
 */
export function workThreads(count: number, script: URL, setup: unknown): StartVerifyWorks {
  return async (wanted, folder) => {
    const request: ThreadRequest<unknown> = { setup, wanted, folder };
    const threads = Array.from({ length: count }, () => startThread(script, request));
    return {
      works: threads.map(({ work }) => work),
      stop: async () => void (await Promise.all(threads.map(({ worker }) => worker.terminate()))),
    };
  };
}

function startThread(script: URL, workerData: ThreadRequest<unknown>) {
  const worker = new Worker(script, {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  let failure: RainhooksError | undefined;
  const fail = (thrown: unknown) => {
    failure ??= toRainhooksError(thrown);
    for (const [id, settle] of waiting) settle({ id, error: failure });
  };
  worker.on("message", (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new RainhooksError("unexpected", "A thread of the verification has ended.")));
  let calls = 0;
  const call = <Result>(name: keyof VerifyWork, args: readonly unknown[]) =>
    new Promise<Result>((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      calls += 1;
      waiting.set(calls, ({ result, error }) => {
        if (error === undefined) resolve(result as Result);
        else reject(errorOf(error));
      });
      worker.postMessage({ id: calls, name, args } satisfies Call);
    });
  return { worker, work: verifyWorkBy(call) };
}

/** Does what the thread that started this one asks for. */
export function serveWork(port: MessagePort, made: Promise<VerifyWork>): void {
  port.on("message", ({ id, name, args }: Call) => {
    const run = async () => {
      const method = (await made)[name] as (...given: readonly unknown[]) => Promise<unknown>;
      return method(...args);
    };
    run().then(
      (result) => port.postMessage({ id, result } satisfies Reply),
      (thrown: unknown) =>
        port.postMessage({ id, error: sentError(toRainhooksError(thrown)) } satisfies Reply),
    );
  });
}
