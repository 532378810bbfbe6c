import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import type { FunctionOf } from "@rainhooks/webhook/define-function";
import type { Load } from "@rainhooks/webhook/load";
import { FREQUENT_EVENTS } from "../../../capacity/fleet.ts";
import { workerLoad } from "../../../capacity/load.ts";
import { count, loadCells, loadHeaders } from "../../../capacity/stack/cost/cells.ts";

type LoadedWorker = FunctionOf<"queue"> & { readonly load: Load };

const HEADER = ["destination wants", "evening/s", "needs at once", ...loadHeaders("sent")];

/** Returns how fast the events of a fleet are sent to one destination. */
export function attemptsReport(worker: LoadedWorker, nodes: number): string {
  const rare = EVENT_TYPES.filter((type) => !FREQUENT_EVENTS.includes(type));
  const rows = [
    { wanted: "all events", events: EVENT_TYPES },
    { wanted: "all but the two frequent ones", events: rare },
    { wanted: "alerts", events: ["rmaker.event.alert"] as const },
  ].map(({ wanted, events }) => {
    const load = workerLoad(worker, events, nodes);
    return [wanted, count(load.eveningPerS), load.neededConcurrency, ...loadCells(load)];
  });
  return [
    `To one destination that responds in 100 ms, from ${count(nodes)} nodes, ${worker.batch.maxConcurrency} invocations of ${worker.name} at once (functions.${worker.name}.maxConcurrency):`,
    formatTable(HEADER, rows),
  ].join("\n");
}
