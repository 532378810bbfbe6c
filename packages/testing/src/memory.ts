import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Returns the memory of this process after garbage has been collected: else it depends on when that
 * was last.
 */
export function memoryInUse(): NodeJS.MemoryUsage {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  collectGarbage();
  // Array buffers are freed beside the program; the next collection waits for that.
  collectGarbage();
  return process.memoryUsage();
}
