import type { FunctionChanges } from "@rainhooks/stack/config/config";

/** What a stage that sets every field says of its functions. */
export const EVERY_REPAIR_FUNCTION: Readonly<Record<string, FunctionChanges>> = {
  "store-work": { deployed: true, maxConcurrency: 200, memoryMiB: 3008 },
};
