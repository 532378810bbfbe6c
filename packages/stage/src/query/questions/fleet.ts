import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { notFound, wrongInput } from "@rainhooks/core/errors";
import {
  MAX_SAMPLE_DAYS,
  MAX_SAMPLES,
  readNewestSample,
  readSamples,
} from "@rainhooks/node-status/fleet/read-samples";
import { nodesIn } from "@rainhooks/node-status/fleet/spread";
import { countFirmware } from "@rainhooks/node-status/fleet/take-sample";
import * as v from "valibot";
import { duration, flag } from "../params/kinds.ts";
import { rangeOf, requireOrder } from "../params/range.ts";
import { defineQuestion, type QueryContext } from "../question.ts";
import { about, count, listOf, optional, timeMs } from "../results/json.ts";

/**
 * Lengths of windows, if none is given: the first one that makes at most {@link DEFAULT_WINDOWS},
 * in minutes.
 */
const ROUND_LENGTHS = [1, 5, 15, 30, 60, 180, 360, 720, 1440, 2 * 1440, 7 * 1440];
const DEFAULT_WINDOWS = 100;
/** Nodes up to which firmwares are counted for each query. */
const MAX_COUNTED = 10_000;
/** Days in which the newest sample is looked for. */
const NEWEST_WITHIN_DAYS = 7;

const countedAtMs = about(
  timeMs,
  "When all nodes and their firmwares were counted, epoch milliseconds.",
);

const fleetResult = v.object({
  fromMs: timeMs,
  toMs: timeMs,
  everyMs: about(count, "Length of a window, milliseconds."),
  samples: about(
    listOf(
      v.object({
        atMs: timeMs,
        online: optional(
          count,
          "`all` without those that are offline or in unknown state: nodes that are new since `countedAtMs` are not in it. Absent if `all` is.",
        ),
        offline: count,
        unknown: count,
        all: optional(
          count,
          "All nodes at `countedAtMs`. Absent if that is not known: more nodes are offline and unknown than were counted.",
        ),
        countedAtMs,
      }),
    ),
    "The last sample of each window, oldest first. Windows without samples are left out.",
  ),
});

const firmwareResult = v.object({
  countedAtMs,
  all: about(count, "Nodes that were counted."),
  firmwares: about(
    listOf(v.object({ firmware: v.string(), nodes: count })),
    "The 50 most common ones, most common first.",
  ),
  others: about(count, "Nodes with any other firmware."),
  unknown: about(count, "Nodes that have not reported their firmware."),
});

/** Returns how many nodes were online, offline and in unknown state, over time. */
export const fleetQuestion = defineQuestion({
  name: "getFleet",
  path: "/v1/fleet",
  summary:
    "Number of nodes online, offline and unknown over time, from samples that the stage takes",
  params: {
    ...rangeOf(`a day before the end. Samples are kept for ${MAX_SAMPLE_DAYS} days`),
    every: duration({
      description: `Length of a window, of which the last sample is returned; at most ${MAX_SAMPLES} windows. Default: a round length that makes up to ${DEFAULT_WINDOWS}, such as 15m for a day.`,
    }),
  },
  paged: false,
  result: fleetResult,
  find: async ({ from, to, every }, { stores, nowMs }) => {
    const toMs = to ?? nowMs;
    const fromMs = from ?? Math.max(0, toMs - DAY_MS);
    requireOrder(fromMs, toMs, to);
    // No samples are older, or in the future.
    const endMs = Math.min(toMs, nowMs + MINUTE_MS);
    const startMs = Math.max(fromMs, endMs - MAX_SAMPLE_DAYS * DAY_MS);
    const lengthMs = Math.max(0, endMs - startMs);
    const everyMs = every ?? roundLengthMs(lengthMs);
    requireWindows(lengthMs, everyMs);
    const samples =
      lengthMs === 0
        ? []
        : await readSamples(stores.samples, { fromMs: startMs, toMs: endMs, everyMs });
    return {
      result: {
        fromMs,
        toMs,
        everyMs,
        samples: samples.map(({ firmware: _, ...sample }) => sample),
      },
    };
  },
});

function roundLengthMs(rangeMs: number): number {
  const lengths = ROUND_LENGTHS.map((minutes) => minutes * MINUTE_MS);
  return lengths.find((ms) => rangeMs / ms <= DEFAULT_WINDOWS) ?? 7 * DAY_MS;
}

function requireWindows(lengthMs: number, everyMs: number): void {
  if (lengthMs / everyMs <= MAX_SAMPLES) return;
  const minutes = Math.ceil(lengthMs / MAX_SAMPLES / MINUTE_MS);
  throw wrongInput(
    `\`every\` must be at least ${minutes}m for this range: at most ${MAX_SAMPLES} samples are returned.`,
  );
}

/** Returns how many nodes have which firmware. */
export const firmwareQuestion = defineQuestion({
  name: "getFirmware",
  path: "/v1/firmware",
  summary:
    "Number of nodes with each firmware; of more than 10,000 nodes as last counted by the stage",
  params: {
    now: flag({
      description:
        "Count all nodes now, about 7,500 read units for a million nodes. Default: up to 10,000 nodes are counted now; of more, the last count, which is up to an hour old.",
    }),
  },
  paged: false,
  result: firmwareResult,
  find: async ({ now }, context) => {
    const last = now ? undefined : await requireSample(context);
    const { countedAtMs, firmware } =
      last !== undefined && nodesIn(last.firmware) > MAX_COUNTED
        ? last
        : { ...(await countFirmware(context.stores.nodes)), countedAtMs: context.nowMs };
    const { common, others, unknown } = firmware;
    return { result: { countedAtMs, all: nodesIn(firmware), firmwares: common, others, unknown } };
  },
});

async function requireSample({ stores, nowMs }: QueryContext) {
  const sample = await readNewestSample(stores.samples, nowMs, NEWEST_WITHIN_DAYS);
  if (sample !== undefined) return sample;
  throw notFound(
    `The stage has taken no sample in the last ${NEWEST_WITHIN_DAYS} days. Deploy the function fleet-samples, or count the nodes with now (--now in the terminal).`,
  );
}
