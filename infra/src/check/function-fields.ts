import type { WorkerAlarms } from "../config/config.ts";
import { isIntegerIn } from "./formats.ts";

/** Returns what is wrong with the memory and the timeout that a stage gives a function. */
export function sizeMistakes({
  memoryMiB = 128,
  timeoutS = 1,
}: {
  readonly memoryMiB?: number | undefined;
  readonly timeoutS?: number | undefined;
}): (string | false)[] {
  return [
    !isIntegerIn(memoryMiB, 128, 10_240) && "memoryMiB must be a whole number from 128 to 10,240",
    !isIntegerIn(timeoutS, 1, 900) && "timeoutS must be a whole number from 1 to 900",
  ];
}

/** Returns what is wrong with the reserved concurrency of a function that SQS invokes. */
export function reservedMistakes({
  maxConcurrency = 0,
  reservedConcurrency,
}: {
  readonly maxConcurrency?: number | undefined;
  readonly reservedConcurrency?: number | undefined;
}): (string | false)[] {
  if (reservedConcurrency === undefined) return [];
  return [
    !isIntegerIn(reservedConcurrency, 1, 1000) &&
      "reservedConcurrency must be a whole number from 1 to 1,000",
    reservedConcurrency < maxConcurrency &&
      "reservedConcurrency must be at least maxConcurrency: SQS would invoke the function more often than it may run",
  ];
}

/** Returns what is wrong with the thresholds of alarms. */
export function thresholdMistakes(thresholds: WorkerAlarms): (string | false)[] {
  return Object.entries(thresholds).map(
    ([key, value]) => !(value >= 0) && `alarms.${key} must be a number that is not negative`,
  );
}
