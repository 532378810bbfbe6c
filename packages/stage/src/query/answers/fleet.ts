import * as v from "valibot";
import { count, listOf, timeMs } from "./json.ts";

const countedAtMs = v.pipe(
  timeMs,
  v.description("When all nodes and their firmwares were counted, epoch milliseconds."),
);

/** How many nodes were in each state, over time. */
export const fleetAnswer = v.object({
  fromMs: timeMs,
  toMs: timeMs,
  everyMs: v.pipe(count, v.description("Length of a window, milliseconds.")),
  samples: v.pipe(
    listOf(
      v.object({
        atMs: timeMs,
        online: v.optional(
          v.pipe(
            count,
            v.description("All nodes that are neither offline nor in unknown state. Absent if `all` is."),
          ),
        ),
        offline: count,
        unknown: count,
        all: v.optional(
          v.pipe(
            count,
            v.description(
              "All nodes at `countedAtMs`. Absent if that is not known: more nodes are offline and unknown than were counted.",
            ),
          ),
        ),
        countedAtMs,
      }),
    ),
    v.description("The last sample of each window, oldest first. Windows without samples are left out."),
  ),
});

/** How many nodes have which firmware. */
export const firmwareAnswer = v.object({
  countedAtMs,
  all: v.pipe(count, v.description("Nodes that were counted.")),
  firmwares: v.pipe(
    listOf(v.object({ firmware: v.string(), nodes: count })),
    v.description("The 50 most common ones, most common first."),
  ),
  others: v.pipe(count, v.description("Nodes with any other firmware.")),
  unknown: v.pipe(count, v.description("Nodes that have not reported their firmware.")),
});
