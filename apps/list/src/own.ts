import type { Extension } from "@rainhooks/stage/extension";
import type { FunctionDefinition } from "@rainhooks/webhook/define";

/** Functions of your own, with any trigger. */
export const OWN: readonly FunctionDefinition[] = [];

/** Extensions of your own, each by its `extension.ts`. */
export const OWN_EXTENSIONS: readonly Extension[] = [];
