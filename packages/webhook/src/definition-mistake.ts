import { countField, firstMistake } from "@rainhooks/core/fields";
import { shapesMistake } from "./queue-shape.ts";
import { settingMistake } from "./settings/setting-mistake.ts";
import type { CompletedFields, NamedFields, Trigger, TriggerFields } from "./trigger-fields.ts";

/*
 * The bundle of a function leaves this file out (packages/local/src/bundling/bundle-options.mjs):
 * what has a mistake is not deployed.
 */

/** Returns what AWS would reject in the definition of a function, or `undefined`. */
export function definitionMistake<T extends Trigger>(
  trigger: T,
  fields: CompletedFields<T> & NamedFields,
): string | undefined {
  return nameMistake(fields) ?? settingsMistake(fields) ?? MISTAKE[trigger](fields);
}

/** Returns the mistake in the fields of a definition for its trigger, or `undefined`. */
const MISTAKE: {
  readonly [T in Trigger]: (fields: CompletedFields<T> & NamedFields) => string | undefined;
} = {
  topics: (fields) => webhookMistake(fields) ?? shapesMistake(fields),
  queue: ({ maxAgeS = 1, ...shapes }) =>
    firstMistake({ maxAgeS: countField(1, MAX_AGE_S)(maxAgeS) }) ?? shapesMistake(shapes),
  rate: scheduleMistake,
  invocation: ({ maxConcurrency }) =>
    firstMistake({ maxConcurrency: countField(1, MAX_CONCURRENCY)(maxConcurrency) }),
  url: () => undefined,
};

function nameMistake({ name }: NamedFields): string | undefined {
  return /^[a-z][a-z0-9-]{0,29}$/.test(name)
    ? undefined
    : "its name must be up to 30 lower-case letters, digits and dashes";
}

function settingsMistake({ resources, settings }: NamedFields): string | undefined {
  return settingMistake(
    settings,
    Object.values(resources).map(({ env }) => env),
  );
}

function webhookMistake({
  events,
  runtime,
  replay,
  resources,
  settings,
}: TriggerFields["topics"] & NamedFields): string | undefined {
  if (events.length === 0) return "it has no events";
  if (runtime !== "external") return undefined;
  if (Object.keys(resources).length > 0 || Object.keys(settings).length > 0)
    return "with an external runtime it has no resources and no settings: they are those of your function";
  return replay === "refuse"
    ? undefined
    : "with an external runtime it cannot accept replays: your function reads one queue";
}

const MAX_EVERY_MINUTES = 1440;
/**
 * Ninety days: a dead letter says that a message went round in vain while somebody still knows why.
 */
const MAX_AGE_S = 90 * 86_400;
const MAX_CONCURRENCY = 1000;

/**
 * Returns what is wrong with the rate of a function, or `undefined`.
 */
export function scheduleMistake({
  everyMinutes,
}: Pick<TriggerFields["rate"], "everyMinutes">): string | undefined {
  return firstMistake({ everyMinutes: countField(1, MAX_EVERY_MINUTES)(everyMinutes) });
}
