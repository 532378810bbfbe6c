import type { FunctionDefinition } from "@rainhooks/webhook/define";

/** Functions of your own, with any trigger. */
export const OWN: readonly FunctionDefinition[] = [];
