import { randomUUID } from "node:crypto";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { StoreMethods } from "./function-work.ts";
import { errorOf, type SetupJson, type WorkReply, type WorkRequest, workRequest } from "./request.ts";

/** The function of a stage that does parts of jobs. */
export interface WorkFunction {
  /** Invokes it, and returns its reply. */
  readonly invoke: (request: WorkRequest) => Promise<WorkReply>;
  /** Invocations at once. */
  readonly concurrency: number;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
}

/** A job whose parts the function does. */
export interface Work {
  /** Calls a method in the function. What fails for a time is repeated: all calls may be. */
  readonly call: <Name extends keyof StoreMethods>(
    name: Name,
    ...args: Parameters<StoreMethods[Name]>
  ) => ReturnType<StoreMethods[Name]>;
  /** Calls at once. */
  readonly concurrency: number;
}

const MAX_TRIES = 4;

/** Runs a job whose parts a function does. At its end its files are deleted. */
export async function withWork<Result>(
  fn: WorkFunction,
  setup: Omit<SetupJson, "job">,
  run: (work: Work) => Promise<Result>,
): Promise<Result> {
  const whole = { ...setup, job: randomUUID() };
  const call = (name: string, ...args: readonly unknown[]) => callOf(workRequest(whole, name, args), fn);
  // A function of the same version returns what the method of this name returns.
  const work = { call: call as Work["call"], concurrency: fn.concurrency };
  try {
    return await run(work);
  } finally {
    // Another job deletes what is left behind, and so does a rule of the bucket.
    await work.call("dropFiles").catch(() => undefined);
  }
}

/** Calls a method until it has done all of something, from where the call before has ended. */
export async function callToEnd<At, Result extends { readonly after?: At | undefined }>(
  call: (after: At | undefined) => Promise<Result>,
): Promise<Result[]> {
  const all: Result[] = [];
  let after: At | undefined;
  do {
    const result = await call(after);
    all.push(result);
    after = result.after;
  } while (after !== undefined);
  return all;
}

async function callOf(request: WorkRequest, { invoke, wait }: WorkFunction): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    const attempted = await attempt(() => invoke(request));
    if ("result" in attempted) return attempted.result;
    const { failure } = attempted;
    if (failure.permanent || tries === MAX_TRIES) throw failure;
    await wait(SECOND_MS * 2 ** (tries - 1));
  }
}

type Attempt = { readonly result: unknown } | { readonly failure: RainhooksError };

async function attempt(invoke: () => Promise<WorkReply>): Promise<Attempt> {
  try {
    const { result, error } = await invoke();
    return error === undefined ? { result } : { failure: errorOf(error) };
  } catch (error) {
    if (error instanceof RainhooksError) return { failure: error };
    throw error;
  }
}
