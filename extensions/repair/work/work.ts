import { randomUUID } from "node:crypto";
import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive, ArchivedObject } from "@rainhooks/archive/objects";
import { listHours } from "@rainhooks/archive/read/read-hours";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { retryLeftovers } from "@rainhooks/core/retry";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import type { EndedAt, TableSegment } from "../verify/read-tables.ts";
import type { WorkJob } from "./job.ts";
import {
  type ErrorJson,
  errorJson,
  errorOf,
  type SetupJson,
  type WorkReply,
  type WorkRequest,
  workRequest,
} from "./request.ts";
import type { WorkMethods } from "./work-methods.ts";

/** The function of a stage that does parts of jobs. */
export interface WorkFunction {
  /** Its name within the stage. */
  readonly name: string;
  /** Invokes it, and returns its reply. */
  readonly invoke: (request: WorkRequest) => Promise<WorkReply>;
  /** Invocations at once. */
  readonly concurrency: number;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
}

type ArgumentsOf<Method> = Method extends (job: WorkJob, ...args: infer Arguments) => unknown
  ? Arguments
  : never;

const RETRY = { attempts: 4, baseMs: SECOND_MS, capMs: 4 * SECOND_MS, random: () => 1 };

/** A job whose parts the function does, many at once. */
export class Work {
  readonly #function: WorkFunction;
  readonly #setup: SetupJson;
  readonly #partitions = new Set<number>();

  constructor(workFunction: WorkFunction, setup: Omit<SetupJson, "job">) {
    this.#function = workFunction;
    this.#setup = { ...setup, job: randomUUID() };
  }

  /** Calls at once. */
  get concurrency(): number {
    return this.#function.concurrency;
  }

  /** The partitions that have something, in their order. */
  get partitions(): readonly number[] {
    return [...this.#partitions].sort((a, b) => a - b);
  }

  /** Calls a method in the function. What fails for a time is repeated: all calls may be. */
  async call<Name extends keyof WorkMethods>(
    name: Name,
    ...args: ArgumentsOf<WorkMethods[Name]>
  ): Promise<Awaited<ReturnType<WorkMethods[Name]>>> {
    const request = workRequest(this.#setup, name, args);
    let reply: WorkReply = {};
    const invoke = async (some: readonly WorkRequest[]) => {
      reply = await this.#invoke(request);
      return reply.error?.permanent === false ? some : [];
    };
    const sleep = async (ms: number) => void (await this.#function.wait(ms));
    await retryLeftovers([request], invoke, { ...RETRY, sleep });
    if (reply.error !== undefined)
      throw errorOf(failedAtLast(`${this.#function.name} (${name})`, reply.error));
    for (const partition of reply.partitions ?? []) this.#partitions.add(partition);
    // A function of the same version returns what the method of this name returns.
    return reply.result as Awaited<ReturnType<WorkMethods[Name]>>;
  }

  async #invoke(request: WorkRequest): Promise<WorkReply> {
    try {
      return await this.#function.invoke(request);
    } catch (error) {
      if (error instanceof RainhooksError) return { error: errorJson(error) };
      throw error;
    }
  }

  /** Does tasks, as {@link runAtOnce} does. */
  each<Task>(
    tasks: AsyncIterable<Task> | Iterable<Task>,
    run: (task: Task) => Promise<unknown>,
  ): Promise<void> {
    return runAtOnce(this.concurrency, tasks, run);
  }

  /** Calls a function with the keys of the objects of some hours: as many as one call reads. */
  eachBatch(
    archive: Archive,
    hours: HoursToRead,
    run: (keys: readonly string[]) => Promise<unknown>,
  ): Promise<void> {
    return this.each(objectBatches(listHours(archive, hours)), run);
  }

  /** Reads tables of a slot in parts, each to its end. */
  eachSegment(
    tables: readonly string[],
    slot: Slot,
    run: (segment: TableSegment, after: EndedAt["after"]) => Promise<EndedAt>,
  ): Promise<void> {
    const of = this.concurrency;
    const segments = tables.flatMap((table) =>
      Array.from({ length: of }, (_, segment) => ({ table, slot, segment, of })),
    );
    return this.each(segments, (segment) =>
      callToEnd((after: EndedAt["after"]) => run(segment, after)),
    );
  }
}

/** Says which call has failed again and again: a service's own words alone do not tell. */
function failedAtLast(call: string, error: ErrorJson): ErrorJson {
  if (error.permanent) return error;
  const failed = `A call of ${call} failed ${RETRY.attempts} times`;
  return {
    ...error,
    message: `${failed}. Run the command again. The last failure: ${error.message}`,
  };
}

/** Runs a job whose parts a function does. At its end its files are deleted. */
export async function withWork<Result>(
  workFunction: WorkFunction,
  setup: Omit<SetupJson, "job">,
  run: (work: Work) => Promise<Result>,
): Promise<Result> {
  const work = new Work(workFunction, setup);
  try {
    return await run(work);
  } finally {
    // Another job deletes what is left behind, and so does a rule of the bucket.
    await work.call("dropFiles").catch(() => undefined);
  }
}

/** Calls a function until it has done all of something, from where the call before has ended. */
export async function callToEnd<At>(
  call: (after: At | undefined) => Promise<{ readonly after?: At | undefined }>,
): Promise<void> {
  let after: At | undefined;
  do after = (await call(after)).after;
  while (after !== undefined);
}

/**
 * Does tasks, so many at once, until there is nothing more to do. After a failure nothing more is
 * begun, and what was begun has ended when this throws.
 */
export async function runAtOnce<Task>(
  atOnce: number,
  tasks: AsyncIterable<Task> | Iterable<Task>,
  run: (task: Task) => Promise<unknown>,
): Promise<void> {
  // An async generator gives its values to several readers one after the other.
  const all = (async function* () {
    yield* tasks;
  })();
  const failures: unknown[] = [];
  const runAll = async () => {
    try {
      for (
        let next = await all.next();
        !next.done && failures.length === 0;
        next = await all.next()
      )
        await run(next.value);
    } catch (error) {
      failures.push(error);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, runAll));
  } finally {
    await all.return();
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Objects of the archive that one call reads: about 300,000 deliveries, which take it some 20
 * seconds (measured, docs/verify.md).
 */
const BATCH_BYTES = 16 * 1024 * 1024;

/** Groups the keys of objects that come one after the other. */
export async function* objectBatches(
  objects: AsyncIterable<ArchivedObject>,
  maxBytes = BATCH_BYTES,
): AsyncGenerator<string[]> {
  let [keys, sum]: [string[], number] = [[], 0];
  for await (const { key, bytes } of objects) {
    if (keys.length > 0 && sum + bytes > maxBytes) {
      yield keys;
      [keys, sum] = [[], 0];
    }
    keys.push(key);
    sum += bytes;
  }
  if (keys.length > 0) yield keys;
}
