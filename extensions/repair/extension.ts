import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { Extension } from "@rainhooks/stage/extension";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { storeRead } from "./functions/store-read/function.ts";
import { storeWork } from "./functions/store-work/function.ts";

/** Dead letters, replay, trace, verification and rebuild. */
export const repair: Extension = {
  name: "repair",
  description: "Finds what was not handled or is not right, and repairs it from the archive.",
  functions: [storeRead, storeWork],
  tables: [replaysTable, tableSlotsTable],
  commands: () => import("./commands.ts"),
  operations: () => import("./operations.ts"),
  routes: () => import("./routes.ts"),
  firstRun: () => import("./local/first-run.ts"),
};
