import type { Extension } from "@rainhooks/stage/extension";
import { storeRead } from "./functions/store-read/function.ts";
import { storeWork } from "./functions/store-work/function.ts";

/** Dead letters, replay, trace, verification and rebuild. */
export const repair: Extension = {
  name: "repair",
  description: "Finds what was not handled or is not right, and repairs it from the archive.",
  needs: [],
  functions: [storeRead, storeWork],
  commands: () => import("./commands.ts"),
  operations: () => import("./operations.ts"),
  routes: () => import("./routes.ts"),
  firstRun: () => import("./local/first-run.ts"),
};
