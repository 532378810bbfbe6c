import { setTimeout as pause } from "node:timers/promises";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core";
import { type Slot, slotTableName } from "@rainhooks/dynamodb";
import {
  earlierSettings,
  type FunctionSetup,
  type FunctionWorksParts,
  fillByFunctions,
  type RebuildParts,
  storeSettings,
  type VerifyParts,
  verifyByFunctions,
} from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import { type ReachedStage, slotClient, tableOf } from "@rainhooks/stage";
import { integrationName } from "@rainhooks/webhook/define";
import { printNote } from "../output.ts";
import { earlierIn, outputsHistoryOf } from "../verify/outputs-history.ts";
import { definitionOf, settingOf } from "../verify/parts.ts";
import { subscriptionsOf } from "../verify/subscriptions.ts";
import { archiveBytes, type ThreadSetup, threadsFor } from "../verify/threads.ts";
import type { WorkOptions } from "./options.ts";

/** What a job is about. */
export interface WorkFor extends Omit<ThreadSetup, "options" | "slot"> {
  readonly options: WorkOptions;
}

/** What starts the work of a job. */
export interface StageWorks {
  /** Returns what starts the work of a verification: functions, or threads, or nothing if this thread does it. */
  readonly verifyWorks: (slot: Slot) => Promise<VerifyParts["startWorks"]>;
  /** Lets functions fill a slot; `undefined` if this process does it. */
  readonly startFillWorks: RebuildParts["startFillWorks"];
}

/** From this size of an archive on, functions do the work if the stage has them: some 15 million deliveries. */
const MIN_BYTES = 1024 * 1024 * 1024;

/** Decides once for a job whether functions do its work. */
export async function worksFor(reached: ReachedStage, work: WorkFor): Promise<StageWorks> {
  const functions = await functionsFor(reached, work);
  if (functions === undefined)
    return {
      verifyWorks: (slot) => threadsFor(reached, { ...work, slot }),
      startFillWorks: undefined,
    };
  const setup = (slot: Slot) => setupOf(reached, work.store, slot);
  return {
    verifyWorks: async (slot) => verifyByFunctions(await setup(slot), functions(slot)),
    startFillWorks: async (slot, runner) => fillByFunctions(await setup(slot), runner, functions(slot)),
  };
}

/** Returns how functions are invoked; `undefined` if the stage has none, or they are not worth it, or not wanted. */
async function functionsFor(
  reached: ReachedStage,
  { options: { functions } }: WorkFor,
): Promise<((slot: Slot) => FunctionWorksParts) | undefined> {
  const { storeWork, stage } = reached.outputs;
  if (functions === 0) return undefined;
  if (storeWork === undefined && functions === undefined) return undefined;
  if (storeWork === undefined)
    throw new RainhooksError(
      "input-invalid",
      `Stage ${stage} has no function for --functions. ${reached.local === undefined ? "Set storeWork: { deployed: true } in its file and deploy it" : 'Start it with "npm start -- --store-work"'}, or leave the option out.`,
    );
  if (functions === undefined && (await archiveBytes(reached, MIN_BYTES)) < MIN_BYTES) return undefined;
  const concurrency = functions ?? storeWork.maxConcurrency;
  printNote(`Up to ${concurrency} invocations of ${storeWork.function} at once do the work.`);
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

async function setupOf(reached: ReachedStage, store: Store, slot: Slot): Promise<FunctionSetup> {
  const { integration, stage } = reached.outputs;
  const { events, filtered } = definitionOf(store);
  const history = await outputsHistoryOf(reached);
  const { subscribed, periods } = subscriptionsOf(reached, store, history);
  return {
    store,
    slot,
    settings: storeSettings(store, (name) => settingOf(reached, store, name)),
    earlier: earlierSettings(store, earlierIn(history, store)),
    integration: integration ?? integrationName(stage),
    webhook: { events, filtered, subscribed, periods },
  };
}
