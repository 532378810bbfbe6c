import { expect, test } from "@jest/globals";
import { isJsonObject } from "@rainhooks/core/json";
import type { Entries } from "@rainhooks/stack/config/values";
import { type StageConfig, StageSchema } from "./config.ts";
import { synthesize } from "./synthesize.ts";
import { PART_STAGES } from "./testing/part-stages.ts";
import { dev, everything } from "./testing/stages.ts";

/**
 * What the stage that sets every field cannot set, as it is one of production, or has what excludes
 * it.
 */
const OTHERS: Readonly<Record<string, Partial<StageConfig>>> = {
  "topics.extra": { topics: { extra: ["esp_rainmaker_sns_node_status_modified"] } },
  "functions.*.paused": { functions: { hello: { paused: true } } },
  "functions.*.deployed": { functions: { hello: { deployed: false } } },
  "functions.*.filterPolicy.event_type": {
    functions: { hello: { filterPolicy: { event_type: ["a"] } } },
  },
  "functions.*.filterPolicy.user_id": {
    functions: { hello: { filterPolicy: { user_id: ["u1"] } } },
  },
  "functions.*.environment": { functions: { hello: { environment: { GREETING: "hi" } } } },
  dropData: {
    functions: Object.fromEntries(
      ["time-series", "query-api", "watch", "store-read", "store-work"].map((name) => [
        name,
        { deployed: false },
      ]),
    ),
    dropData: ["time-series"],
  },
  parts: { parts: ["archive"] },
  customize: { customize: (stack) => stack.addOverride("terraform.required_version", ">= 1") },
  ...Object.fromEntries(
    Object.values(PART_STAGES).flatMap((stage) => Object.keys(stage).map((name) => [name, stage])),
  ),
  endpoint: { endpoint: "http://127.0.0.1:4566" },
  "archive.forceDestroy": { archive: { firstDay: "2026-11-25", forceDestroy: true } },
};

/** Returns the fields that can be left out, with those that they are in; `*` is every name. */
function fieldsIn(entries: Entries, prefix = ""): string[] {
  return Object.entries(entries).flatMap(([name, value]) => {
    const path = `${prefix}${name === "<name>" ? "*" : name}`;
    if (value.entries !== undefined) return fieldsIn(value.entries, `${path}.`);
    return "isOptional" in value ? [path] : [];
  });
}

/** Returns a configuration without a field. */
function without(config: unknown, [name = "", ...rest]: readonly string[]): unknown {
  if (!isJsonObject(config)) return config;
  const entries = Object.entries(config).flatMap(([key, value]) => {
    if (name !== "*" && key !== name) return [[key, value]];
    return rest.length === 0 ? [] : [[key, without(value, rest)]];
  });
  return Object.fromEntries(entries);
}

const stackOf = (config: unknown) => JSON.stringify(synthesize(config as StageConfig));

const stackOrError = (config: unknown) => {
  try {
    return stackOf(config);
  } catch (error) {
    // What is refused without it has an effect, too.
    return String(error);
  }
};

test.each(fieldsIn(StageSchema.entries))("%s changes the stack", (path) => {
  const other = OTHERS[path];
  const config = other === undefined ? everything : { ...dev, ...other };
  const less = without(config, path.split("."));
  expect(less).not.toEqual(config);
  expect(stackOrError(less)).not.toBe(stackOf(config));
});
