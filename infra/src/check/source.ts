import { neoEvents } from "@rainhooks/app-neo-events/function";
import type { StageConfig } from "../config/config.ts";
import { isNeo } from "../source.ts";

/** Returns what is wrong with fields that fit only one of the sources of events. */
export function sourceMistakes(config: StageConfig): string[] {
  const { topics, functions = {} } = config;
  const filtered = Object.keys(functions).filter((name) => functions[name]?.filterPolicy !== undefined);
  const mistakes = isNeo(config)
    ? [
        topics !== undefined && "topics has no effect with the source neo: the stage makes its topics itself",
        ...filtered.map(
          (name) =>
            `functions.${name}.filterPolicy: with the source neo, messages of AWS IoT have no attributes, and none of them would pass`,
        ),
      ]
    : [neoEvents.name in functions && `functions.${neoEvents.name} has no effect without the source neo`];
  return [
    ...mistakes,
    isNeo(config) &&
      functions[neoEvents.name]?.deployed === false &&
      `functions.${neoEvents.name}.deployed: with the source neo, parameters and readings come through it`,
  ].filter((mistake) => typeof mistake === "string");
}
