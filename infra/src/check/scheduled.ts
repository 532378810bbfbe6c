import { type ScheduledFunction, scheduleMistake } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { stageSettings } from "../webhook/settings.ts";
import { sizeMistakes } from "./function-fields.ts";

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
  const { deployed = true, everyMinutes = 1, ...sizes } = config.scheduled?.[name] ?? {};
  const fields = [scheduleMistake({ everyMinutes }), ...sizeMistakes(sizes)].filter(
    (mistake) => typeof mistake === "string",
  );
  const settings = deployed ? stageSettings(config, definition).mistakes : [];
  return [
    ...fields.map((mistake) => `scheduled.${name}.${mistake}`),
    ...settings.map((mistake) => `scheduled.${name}.settings: ${mistake}`),
  ];
}
