import type { LocalSource } from "@rainhooks/local/source";
import type { Extension } from "@rainhooks/stage/extension";
import { neoEvents } from "./functions/neo-events/function.ts";

/** RainMaker Neo as the source of events. */
export const neo: Extension<LocalSource> = {
  name: "neo",
  description: "Reads the events of RainMaker Neo.",
  needs: [],
  functions: [neoEvents],
  source: {
    name: "neo",
    refusal:
      "RainMaker Neo, which has no integrations and no event filters: the stage gets every event. See docs/neo.md.",
    functions: [neoEvents.name],
    open: () => import("./local/start-neo.ts"),
  },
};
