import { scheduleMistake } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { isIntegerIn } from "./formats.ts";

/** Returns what is wrong with the changes of a stage to its scheduled functions. */
export function scheduledMistakes(
  { scheduled = {} }: StageConfig,
  known: readonly { readonly name: string }[],
): string[] {
  const names = known.map(({ name }) => name);
  return Object.entries(scheduled).flatMap(([name, { everyMinutes, memoryMiB, timeoutS }]) => {
    if (!names.includes(name)) return [`unknown scheduled function ${name} (known: ${names.join(", ")})`];
    return [
      everyMinutes === undefined ? undefined : scheduleMistake({ everyMinutes }),
      isIntegerIn(memoryMiB ?? 128, 128, 10_240)
        ? undefined
        : "memoryMiB must be a whole number from 128 to 10,240",
      isIntegerIn(timeoutS ?? 1, 1, 900) ? undefined : "timeoutS must be a whole number from 1 to 900",
    ]
      .filter((mistake) => mistake !== undefined)
      .map((mistake) => `scheduled.${name}.${mistake}`);
  });
}
