import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { SlotTable } from "@rainhooks/dynamodb/slots/read";
import { type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { type CompareMethods, compareMethods } from "../rebuild/compare-work.ts";
import { type FillMethods, fillMethods } from "../rebuild/fill-work.ts";
import { leasedSink, requireRunner } from "../rebuild/held-sink.ts";
import type { RebuildPhase } from "../rebuild/rebuild-state.ts";
import { type SlotMethods, slotMethods } from "../rebuild/slot-work.ts";
import { modelOfStore, sinkOfStore } from "../stores.ts";
import { type CountMethods, countMethods } from "../verify/count-ids.ts";
import type { FilterDependencies } from "../verify/judged-deliveries.ts";
import { type NodeMethods, nodeMethods } from "../verify/node-work.ts";
import { type VerifyMethods, verifyMethods } from "../verify/verify-work.ts";
import {
  type AppendLines,
  appendObject,
  dropObjects,
  type ObjectPrefix,
  partitionsInObjects,
  type ReadLines,
  readObjects,
} from "./partition-objects.ts";
import { errorJson, type ReadRequest, readWorkRequest, type WorkReply, type WorkSetup } from "./request.ts";

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
  readonly random: () => number;
}

/** What is done for every kind of job. */
interface FileMethods {
  /** Returns the partitions that have something, in their order. */
  partitions(): Promise<readonly number[]>;
  /** Deletes the files of the job, and what others have left behind. */
  dropFiles(): Promise<void>;
}

/** All that the function does for commands. What is read is kept in files by partition. */
export interface StoreMethods
  extends VerifyMethods,
    NodeMethods,
    CompareMethods,
    FillMethods,
    SlotMethods,
    CountMethods,
    FileMethods {}

/** Does what a command asks for: one call of a method. */
export type FunctionWork = (event: unknown, isLate: () => boolean) => Promise<WorkReply>;

/** A command that has not ended within this time has left its files behind. */
const MAX_JOB_MS = DAY_MS;

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
      return { error: errorJson(toRainhooksError(thrown)) };
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
  const methods = new Map<string, unknown>(
    Object.entries(methodsOf(setup, () => rules.of(setup.job), isLate, dependencies)),
  );
  // What the methods take was sent by the same version.
  const method = methods.get(name) as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
  if (method === undefined) throw refused(`There is no work ${name} in this job.`);
  return method(...args);
}

function methodsOf(
  setup: WorkSetup,
  readRules: () => Promise<JobRuleDependencies>,
  isLate: () => boolean,
  dependencies: FunctionWorkDependencies,
): Partial<StoreMethods> {
  const { s3, bucket, folder, nowMs } = dependencies;
  const archive = { client: s3, bucket };
  const place: ObjectPrefix = { ...archive, prefix: `${folder}/${setup.job}/` };
  const append: AppendLines = (lines) => appendObject(place, lines);
  const read: ReadLines = (partition, after) => readObjects(place, partition, after);
  const ofFiles: FileMethods = {
    partitions: () => partitionsInObjects(place),
    dropFiles: () => dropObjects(place, `${folder}/`, nowMs() - MAX_JOB_MS),
  };
  if (setup.store === undefined) return { ...ofFiles, ...countMethods(archive, append, read) };
  const { store, judged } = setup;
  const slots = slotsOf(store, setup.runner, dependencies);
  const common = { ...dependencies, isLate, append, read, tables: slots.tables };
  const ofSlots = slotMethods({ ...common, requireHeld: slots.requireHeld });
  if (judged === undefined) return { ...ofFiles, ...ofSlots };
  const { webhook, integration } = judged;
  const settingOf = (name: string) => settingIn(judged.settings, name);
  const model = modelOfStore(store, settingOf);
  const judgedStore = async () => ({ ...(await readRules()), integration, archive, webhook, model });
  const sinkOf = (slot: Slot) =>
    leasedSink(sinkOfStore(store, slots.of(slot), settingOf), () => slots.requireHeld("filling"));
  return {
    ...ofFiles,
    ...ofSlots,
    ...verifyMethods({ ...common, model, judgedStore, nodes: setup.nodes }),
    ...nodeMethods({ ...common, store, model }),
    ...compareMethods(model, read),
    ...fillMethods({ ...common, judgedStore, sinkOf }),
  };
}

/** Returns the tables of a store, and what checks that a rebuild of it is still held. */
function slotsOf(
  store: string,
  runner: string | undefined,
  { client, nameOf, nowMs }: Pick<FunctionWorkDependencies, "client" | "nameOf" | "nowMs">,
) {
  const deployed = (table: string, slot: Slot) => slotTableName(nameOf(table), slot);
  const states: SlotTable = { client, tableName: nameOf("table-slots") };
  return {
    tables: { client, nameOf: deployed },
    of: (slot: Slot) => ({ client, nameOf: (table: string) => deployed(table, slot) }),
    requireHeld: (phase: RebuildPhase) => requireRunner(states, store, runner, phase, nowMs()),
  };
}

function settingIn(settings: Readonly<Record<string, number>>, name: string): number {
  const value = new Map(Object.entries(settings)).get(name);
  if (value !== undefined) return value;
  throw refused(`The request does not say the setting ${name}.`);
}

function refused(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message, { permanent: true });
}
