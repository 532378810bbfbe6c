import type { Extension } from "@rainhooks/stage/extension";

/** Erasure and export. */
export const privacy: Extension = {
  name: "privacy",
  description: "Erases and exports what is stored about a node or a user.",
  needs: ["alarms", "forwarding", "repair"],
  functions: [],
  commands: () => import("./commands.ts"),
  operations: () => import("./operations.ts"),
  routes: () => import("./routes.ts"),
};
