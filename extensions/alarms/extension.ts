import { MINUTE_MS } from "@rainhooks/core/durations";
import type { Extension } from "@rainhooks/stage/extension";
import { watch } from "./functions/watch/scheduled.ts";
import { watchRulesTable } from "./watch-tables.ts";

/** Rules, the sweep that evaluates them, alarms, drops. */
export const alarms: Extension = {
  name: "alarms",
  description: "Finds nodes that need somebody.",
  functions: [watch],
  // Its marks are in the tables of node status, and the filled ones have fewer.
  rebuildWaits: {
    whileIn: watchRulesTable.name,
    waitMs: 2 * MINUTE_MS,
    until: "the alarms have been swept",
  },
  commands: () => import("./commands.ts"),
  operations: () => import("./operations.ts"),
  routes: () => import("./routes/watch.ts"),
  firstRun: () => import("./local/first-run.ts"),
};
