import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { SlotTable } from "@rainhooks/dynamodb/slots/read";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { fillWork } from "../rebuild/fill-work.ts";
import { heldSink, requireRunner } from "../rebuild/held-sink.ts";
import { modelOfStore, sinkOfStore } from "../stores.ts";
import type { FilterDependencies } from "../verify/judged-deliveries.ts";
import { verifyWork } from "../verify/verify-work.ts";
import {
  appendObject,
  dropObjects,
  type ObjectPrefix,
  partitionsInObjects,
  readObjects,
  readObjectsAfter,
} from "./partition-objects.ts";
import { sentError } from "./work-call.ts";
import { type ReadRequest, readWorkRequest, type WorkReply, type WorkSetup } from "./work-request.ts";

/** The filter rules of a job. */
export type JobRuleDependencies = Pick<FilterDependencies, "rules" | "known">;

/** What the function has. */
export interface FunctionWorkDependencies {
  /** A client that does not follow slots. */
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  /** Bucket of the archive, and the folder in it for files. */
  readonly bucket: string;
  readonly folder: string;
  /** Returns the deployed name of a table. */
  readonly nameOf: (table: string) => string;
  /** Reads the filter rules. */
  readonly readRules: () => Promise<JobRuleDependencies>;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** Does what a command asks for: one call of a method of a verification or of filling a slot. */
export type FunctionWork = (event: unknown, isLate: () => boolean) => Promise<WorkReply>;

/**
 * Facts that are in memory before they are written: each object of them costs requests when it is written,
 * and for each partition when it is read.
 */
const MAX_FACTS = 100_000;

/**
 * Returns what does the calls of a function. An error that a command can understand is part of the reply; the
 * function itself fails only when something is wrong with it.
 */
export function functionWork(dependencies: FunctionWorkDependencies): FunctionWork {
  const rules = new JobRules(dependencies.readRules);
  return async (event, isLate) => {
    try {
      const request = readWorkRequest(event);
      return { result: await call(request, rules, isLate, dependencies) };
    } catch (thrown) {
      return { error: sentError(toRainhooksError(thrown)) };
    }
  };
}

/**
 * The filter rules, read once for each job: those of the past do not change, and a job needs no newer ones.
 */
class JobRules {
  readonly #read: FunctionWorkDependencies["readRules"];
  #job = "";
  #rules: Promise<JobRuleDependencies> | undefined;

  constructor(read: FunctionWorkDependencies["readRules"]) {
    this.#read = read;
  }

  async of(job: string): Promise<JobRuleDependencies> {
    if (job !== this.#job || this.#rules === undefined) [this.#job, this.#rules] = [job, this.#read()];
    try {
      return await this.#rules;
    } catch (error) {
      this.#rules = undefined;
      throw error;
    }
  }
}

async function call(
  { setup, name, args }: ReadRequest,
  rules: JobRules,
  isLate: () => boolean,
  dependencies: FunctionWorkDependencies,
): Promise<unknown> {
  const { s3: client, bucket, folder } = dependencies;
  const place: ObjectPrefix = { client, bucket, prefix: `${folder}/${setup.job}/` };
  if (name === "dropFiles") return dropObjects(place);
  const work = workOf(setup, place, await rules.of(setup.job), isLate, dependencies);
  const methods = new Map<string, unknown>(Object.entries(work));
  // What the methods take was sent by the same version.
  const method = methods.get(name) as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
  if (method === undefined)
    throw new RainhooksError("input-invalid", `There is no work ${name}.`, { permanent: true });
  const result = await method(...args);
  // The next call may be another machine's.
  await work.endReading();
  return result;
}

function workOf(
  setup: WorkSetup,
  place: ObjectPrefix,
  { rules, known }: JobRuleDependencies,
  isLate: () => boolean,
  { client, nameOf, nowMs, wait }: FunctionWorkDependencies,
) {
  const { store, slot, settings, earlier = {}, integration, runner, wanted, webhook } = setup;
  const settingOf = (name: string) => settingIn(settings, name);
  const slotPlace = { client, nameOf: (table: string) => slotTableName(nameOf(table), slot) };
  const common = {
    ...{ rules, known, integration, archive: place, webhook },
    model: modelOfStore(store, settingOf, (name) => new Map(Object.entries(earlier)).get(name) ?? []),
  };
  const partitionsIn = () => partitionsInObjects(place);
  const own = { append: (lines: Parameters<typeof appendObject>[1]) => appendObject(place, lines) };
  if (runner === undefined) {
    const read = (_places: readonly string[], number: number) => readObjects(place, number);
    const files = { own, place: place.prefix, read, partitionsIn };
    return verifyWork(wanted, { ...common, tables: slotPlace }, files, MAX_FACTS);
  }
  const slots: SlotTable = { client, tableName: nameOf("table-slots") };
  const sink = heldSink(sinkOfStore(store, slotPlace, settingOf), () =>
    requireRunner(slots, store, runner, nowMs()),
  );
  const read = (_places: readonly string[], number: number, after: string | undefined) =>
    readObjectsAfter(place, number, after);
  return fillWork({ ...common, sink, nowMs, wait, isLate }, { own, place: place.prefix, read, partitionsIn });
}

function settingIn(settings: WorkSetup["settings"], name: string): number {
  const value = new Map(Object.entries(settings)).get(name);
  if (value !== undefined) return value;
  throw new RainhooksError("input-invalid", `The request does not say the setting ${name}.`, {
    permanent: true,
  });
}
