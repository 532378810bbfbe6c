import type { Extension } from "@rainhooks/stage/extension";

/** Erasure, export, and the copy of a stage. */
export const privacy: Extension = {
  name: "privacy",
  description: "Erases, exports and copies what is stored.",
  needs: ["alarms", "forwarding", "repair"],
  functions: [],
  commands: () => import("./commands.ts"),
  operations: () => import("./operations.ts"),
};
