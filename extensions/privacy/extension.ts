import type { Extension } from "@rainhooks/stage/extension";
import { erasuresTable } from "@rainhooks/stage/tables/stage-tables";

/** Erasure and export. */
export const privacy: Extension = {
  name: "privacy",
  description: "Erases and exports what is stored about a node or a user.",
  needs: ["alarms", "forwarding"],
  functions: [],
  tables: [erasuresTable],
  commands: () => import("./commands.ts"),
  operations: () => import("./operations.ts"),
  routes: () => import("./routes.ts"),
};
