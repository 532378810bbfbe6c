import type { Extension } from "@rainhooks/stage/extension";

/** What a fleet of a size costs, and what takes it. */
export const capacity: Extension = {
  name: "capacity",
  description: "Estimates what a stage costs, and what it can take.",
  needs: [],
  functions: [],
};
