import type { Extension } from "rainhooks/extension";

/** What this project has of its own: functions, queries with their tables, operations. */
export const PROJECT_EXTENSIONS: readonly Extension[] = [
  { name: "own", description: "Webhooks of our own.", functions: [] },
];
