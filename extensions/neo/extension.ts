import type { Extension } from "@rainhooks/stage/extension";
import { neoEvents } from "./functions/neo-events/function.ts";

/** RainMaker Neo as the source of events. */
export const neo: Extension = {
  name: "neo",
  description: "Reads the events of RainMaker Neo.",
  needs: [],
  functions: [neoEvents],
};
