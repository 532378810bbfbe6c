import { randomUUID } from "node:crypto";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { type FillWork, fillWorkBy } from "../rebuild/fill-work.ts";
import type { JudgedWebhook } from "../verify/judged-deliveries.ts";
import type { StartVerifyWorks } from "../verify/verify-store.ts";
import { verifyWorkBy } from "../verify/verify-work.ts";
import type { Works } from "./share.ts";
import { errorOf } from "./work-call.ts";
import {
  type SentSetup,
  type WorkReply,
  type WorkRequest,
  type WorkSetup,
  workRequest,
} from "./work-request.ts";

/** What letting functions do the work needs. */
export interface FunctionWorksDependencies {
  /** Invokes the function, and returns its reply. */
  readonly invoke: (request: WorkRequest) => Promise<WorkReply>;
  /** Invocations at once. */
  readonly concurrency: number;
  /** Returns the size of a table as DynamoDB has last counted it. */
  readonly bytesOf: (table: string) => Promise<number>;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
}

/** What all calls have in common, besides what the job makes. */
export interface FunctionSetup extends Omit<WorkSetup, "job" | "wanted" | "runner" | "webhook"> {
  readonly webhook: JudgedWebhook;
}

/**
 * Objects of the archive that one invocation reads: it takes about half a minute. Measured by
 * `npm run bench -- verify` of commit dab82fc.
 */
const OBJECTS_BYTES = 16 * 1024 * 1024;
/** Part of a table that one invocation reads. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Source: Amazon DynamoDB API reference, "Scan", TotalSegments. */
const MAX_SEGMENTS = 1_000_000;
const MAX_TRIES = 4;

/** Lets functions do the work of a verification. */
export function verifyByFunctions(
  setup: FunctionSetup,
  dependencies: FunctionWorksDependencies,
): StartVerifyWorks {
  return async (wanted) => {
    const { nodes, partitions } = wanted;
    const whole = { ...setup, job: randomUUID(), wanted: { nodes, partitions } };
    return worksOf(verifyWorkBy(callerOf(whole, dependencies)), whole, dependencies);
  };
}

/** Lets functions fill a slot, as long as a runner holds the rebuild. */
export function fillByFunctions(
  setup: FunctionSetup,
  runner: string,
  dependencies: FunctionWorksDependencies,
): Works<FillWork> {
  const whole = { ...setup, job: randomUUID(), wanted: {}, runner };
  return worksOf(fillWorkBy(callerOf(whole, dependencies)), whole, dependencies);
}

function worksOf<Work>(work: Work, setup: SentSetup, dependencies: FunctionWorksDependencies): Works<Work> {
  const { concurrency, bytesOf } = dependencies;
  return {
    works: Array.from({ length: concurrency }, () => work),
    readsAtOnce: 1,
    objectsBytes: OBJECTS_BYTES,
    segmentsOf: async (table) => Math.min(MAX_SEGMENTS, Math.ceil((await bytesOf(table)) / SEGMENT_BYTES)),
    // What is left behind is deleted by a rule of the bucket, too.
    stop: async () => void (await callerOf(setup, dependencies)("dropFiles", []).catch(() => undefined)),
  };
}

/** Calls methods in functions. What fails for a time is repeated: all calls may be. */
function callerOf(setup: SentSetup, { invoke, wait }: FunctionWorksDependencies) {
  return async <Result>(name: string, args: readonly unknown[]): Promise<Result> => {
    const request = workRequest(setup, name, args);
    for (let tries = 1; ; tries += 1) {
      const attempted = await attempt(() => invoke(request));
      if ("result" in attempted) return attempted.result as Result;
      const { failure } = attempted;
      if (failure.permanent || tries === MAX_TRIES) throw failure;
      await wait(SECOND_MS * 2 ** (tries - 1));
    }
  };
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
