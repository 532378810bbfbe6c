import { setTimeout as pause } from "node:timers/promises";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { inputError } from "@rainhooks/core/errors";
import { type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { functionOf } from "@rainhooks/stage/outputs";
import { tableOf } from "@rainhooks/stage/reached";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import type { RebuildDependencies } from "../rebuild/run.ts";
import { functionSetup, type StoreOfStage } from "../verify/store-dependencies.ts";
import { archiveBytes, threadsFor } from "../verify/threads.ts";
import type { StartVerifyWorks } from "../verify/verify-store.ts";
import { type FunctionWorksDependencies, fillByFunctions, verifyByFunctions } from "./function-works.ts";

/** What starts the work of a job. */
export interface StageWorks {
  /**
   * Returns what starts the work of a verification: functions, or threads, or nothing if this thread does it.
   */
  readonly verifyWorks: (slot: Slot) => Promise<StartVerifyWorks | undefined>;
  /** Lets functions fill a slot; `undefined` if this process does it. */
  readonly startFillWorks: RebuildDependencies["startFillWorks"];
}

/** Name of the function that does parts of jobs. */
const STORE_WORK = "store-work";
const DEPLOY_IT = `Set functions: { "${STORE_WORK}": { deployed: true } } in its file and deploy it`;
const START_IT = `Start it with "npm start -- --optional ${STORE_WORK}"`;

/**
 * From this size of an archive on, functions do the work if the stage has them: some 15 million deliveries.
 */
const MIN_BYTES = 1024 * 1024 * 1024;

/**
 * Decides once for a job whether functions do its work.
 *
 * @param functions Invocations at once; 0 for none. @defaultValue for a large archive
 */
export async function worksFor(
  place: StoreOfStage,
  functions: number | undefined,
  options: OperationOptions,
): Promise<StageWorks> {
  const invoked = await functionsFor(place, functions, options);
  if (invoked === undefined)
    return { verifyWorks: (slot) => threadsFor(place, slot), startFillWorks: undefined };
  return {
    verifyWorks: async (slot) => verifyByFunctions(await functionSetup(place, slot), invoked(slot)),
    startFillWorks: async (slot, runner) =>
      fillByFunctions(await functionSetup(place, slot), runner, invoked(slot)),
  };
}

/**
 * Returns how functions are invoked; `undefined` if the stage has none, or they are not worth it, or not
 * wanted.
 */
async function functionsFor(
  { reached }: StoreOfStage,
  functions: number | undefined,
  { onProgress }: OperationOptions,
): Promise<((slot: Slot) => FunctionWorksDependencies) | undefined> {
  const { stage } = reached.outputs;
  const storeWork = functionOf(reached.outputs, STORE_WORK, "invocation");
  if (functions === 0) return undefined;
  if (storeWork === undefined && functions === undefined) return undefined;
  if (storeWork === undefined)
    throw inputError({
      field: "functions",
      problem: `Stage ${stage} has no function for this.`,
      remedy: `${reached.local === undefined ? DEPLOY_IT : START_IT}, or leave the option out.`,
    });
  if (functions === undefined && (await archiveBytes(reached, MIN_BYTES)) < MIN_BYTES) return undefined;
  const concurrency = functions ?? storeWork.maxConcurrency;
  onProgress?.({ step: "functions", name: storeWork.function, concurrency });
  const client = slotClient(reached);
  // Loaded only where it is used.
  const { invokerOf } = await import("./invoke.ts");
  const invoke = invokerOf(reached, storeWork, concurrency);
  return (slot) => ({
    invoke,
    concurrency,
    wait: pause,
    bytesOf: async (table) => {
      const TableName = tableOf(reached, slotTableName(table, slot));
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      return Table?.TableSizeBytes ?? 0;
    },
  });
}
