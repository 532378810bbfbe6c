import { compareInSlots } from "../rebuild/compare-work.ts";
import { keepObjects, writeRows } from "../rebuild/fill-work.ts";
import { clearSegment, copySegment, hasItems } from "../rebuild/slot-work.ts";
import { COMPARE_METHODS, type READ_METHODS } from "./read-methods.ts";

/** What a rebuild calls in the function, by name: it verifies, too. */
export const WORK_METHODS = {
  ...COMPARE_METHODS,
  hasItems,
  copySegment,
  clearSegment,
  keepObjects,
  writeRows,
  compareInSlots,
};

/** All that functions do for commands. */
export type WorkMethods = typeof READ_METHODS & typeof WORK_METHODS;
