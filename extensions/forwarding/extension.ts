import type { Extension } from "@rainhooks/stage/extension";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { attempts, retries } from "./functions/attempts/workers.ts";
import { forward } from "./functions/forward/webhook.ts";

/** Destinations, attempts, secrets; the outbox for batches and order. */
export const forwarding: Extension = {
  name: "forwarding",
  description: "Forwards events to other systems.",
  functions: [forward, attempts, retries],
  // What a destination has missed is replayed to it.
  tables: [replaysTable],
  commands: () => import("./commands.ts"),
  operations: () => import("./operations.ts"),
  lines: () => import("./stage-lines.ts"),
  routes: () => import("./routes.ts"),
  firstRun: () => import("./local/first-run.ts"),
};
