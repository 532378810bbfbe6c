import type { Extension } from "@rainhooks/stage/extension";
import { watch } from "./functions/watch/scheduled.ts";

/** Rules, the sweep that evaluates them, alarms, drops. */
export const alarms: Extension = {
  name: "alarms",
  description: "Finds nodes that need somebody.",
  needs: ["repair"],
  functions: [watch],
  commands: () => import("./commands.ts"),
  operations: () => import("./operations.ts"),
  routes: () => import("./routes/watch.ts"),
  firstRun: () => import("./local/first-run.ts"),
};
