import type { Extension } from "@rainhooks/stage/extension";
import { fleetSamples } from "./functions/fleet-samples/scheduled.ts";

/** Samples of the fleet over time. */
export const samples: Extension = {
  name: "samples",
  description: "Counts how many nodes were online, and with which firmware.",
  needs: [],
  functions: [fleetSamples],
  firstRun: () => import("./local/first-run.ts"),
};
