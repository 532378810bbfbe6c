import { type ScheduledFunction, scheduleMistake } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { stageSettings } from "../webhook/settings.ts";
import { isIntegerIn } from "./formats.ts";

/** What a check needs to know of a scheduled function. */
export type KnownScheduled = Pick<ScheduledFunction, "name" | "settings">;

/** Returns what is wrong with the changes of a stage to its scheduled functions. */
export function scheduledMistakes(config: StageConfig, known: readonly KnownScheduled[]): string[] {
  const { scheduled = {} } = config;
  const names = known.map(({ name }) => name);
  const unknown = Object.keys(scheduled)
    .filter((name) => !names.includes(name))
    .map((name) => `unknown scheduled function ${name} (known: ${names.join(", ")})`);
  return [...unknown, ...known.flatMap((definition) => mistakesOf(config, definition))];
}

function mistakesOf(config: StageConfig, definition: KnownScheduled): string[] {
  const { name } = definition;
  const { deployed = true, everyMinutes = 1, memoryMiB = 128, timeoutS = 1 } = config.scheduled?.[name] ?? {};
  const fields = [
    scheduleMistake({ everyMinutes }),
    isIntegerIn(memoryMiB, 128, 10_240) ? undefined : "memoryMiB must be a whole number from 128 to 10,240",
    isIntegerIn(timeoutS, 1, 900) ? undefined : "timeoutS must be a whole number from 1 to 900",
  ].filter((mistake) => mistake !== undefined);
  const settings = deployed ? stageSettings(config, definition).mistakes : [];
  return [
    ...fields.map((mistake) => `scheduled.${name}.${mistake}`),
    ...settings.map((mistake) => `scheduled.${name}.settings: ${mistake}`),
  ];
}
