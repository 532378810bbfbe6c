import type { Extension } from "@rainhooks/stage/extension";

/** What works after a deployment, and what does not. */
export const doctor: Extension = {
  name: "doctor",
  description: "Looks at each part of a deployed stage, and sends one marked event through it.",
  needs: ["privacy"],
  functions: [],
  operations: () => import("./operations/doctor.ts"),
};
