import type { ResultOf } from "@rainhooks/stage/query/question";
import type { firmwareQuestion, fleetQuestion } from "@rainhooks/stage/query/questions/fleet";
import type { countNodesQuestion } from "@rainhooks/stage/query/questions/nodes";
import { ApiError, get } from "./api.ts";
import { Signal } from "./signal.ts";

/** How many nodes are in each state. */
export interface Counts {
  readonly online: number;
  readonly offline: number;
  readonly unknown: number;
  /** When the stage took the sample that they come from; absent if they were counted now. */
  readonly sampledAtMs?: number;
}

/** Nodes in each state, now; `undefined` until they were counted. */
export const counts = new Signal<Counts | undefined>(undefined);
/** Nodes in each state, over the last day. */
export const samples = new Signal<ResultOf<typeof fleetQuestion> | undefined>(undefined);
/** The spread of firmware; `null` if the stage does not know it. */
export const firmware = new Signal<ResultOf<typeof firmwareQuestion> | null | undefined>(undefined);

/** Nodes up to which they are counted every few seconds. Counting reads the keys of all nodes. */
const COUNTED_OFTEN = 10_000;
/** Nodes up to which they are counted at all; above, the stage's own samples are shown. */
const COUNTED = 100_000;
const OFTEN_MS = 5000;
const SELDOM_MS = 60_000;

/** Returns how often the nodes are counted. */
export function countEveryMs(): number {
  return totalOf(counts.value) > COUNTED_OFTEN ? SELDOM_MS : OFTEN_MS;
}

/**
 * Counts the nodes, or takes the newest sample of a fleet that is too large to be counted often.
 */
export async function readCounts(abort: AbortSignal): Promise<void> {
  const newest = samples.value?.samples.findLast((one) => one.online !== undefined);
  const { all = 0, online } = newest ?? {};
  if (newest !== undefined && online !== undefined && all > COUNTED) {
    const { offline, unknown, atMs } = newest;
    counts.value = { online, offline, unknown, sampledAtMs: atMs };
    return;
  }
  const found = await get<ResultOf<typeof countNodesQuestion>>("/v1/node-counts", {}, abort);
  if (JSON.stringify(found) !== JSON.stringify(counts.value)) counts.value = found;
}

/** Reads the samples of the last day. */
export async function readSamples(abort: AbortSignal): Promise<void> {
  samples.value = await get("/v1/fleet", {}, abort);
}

/** Reads the spread of firmware. */
export async function readFirmware(abort: AbortSignal): Promise<void> {
  try {
    firmware.value = await get("/v1/firmware", {}, abort);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "not-found") throw error;
    firmware.value = null;
  }
}

/** Returns the number of all nodes. */
export function totalOf(known: Counts | undefined): number {
  return known === undefined ? 0 : known.online + known.offline + known.unknown;
}
