import type { Extension } from "@rainhooks/stage/extension";

/** Extensions of your own. `npm run new-webhook` adds to the functions of the first one. */
export const PROJECT_EXTENSIONS: readonly Extension[] = [
  { name: "own", description: "Functions of your own.", functions: [] },
];
