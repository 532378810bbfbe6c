import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { type ReadAllDeclared, readAllDeclared } from "../destinations/file/declared.ts";
import { attempts } from "../functions/attempts/workers.ts";
import type { ForwardingFields } from "./fields.ts";

/**
 * Reads the destinations that a stage declares. Templates are files that are found from the folder of the
 * stage's file.
 */
export function declaredOf({
  destinations = {},
  functions = {},
}: StackConfig & ForwardingFields): ReadAllDeclared {
  const allowed = functions[attempts.name]?.settings?.["allowPrivate"];
  return readAllDeclared(destinations, {
    allowPrivate: Array.isArray(allowed) && allowed.length > 0 ? allowed.map(String) : false,
    readTemplate: (file) => readFileSync(file, "utf8"),
  });
}

/** Returns a stage whose templates are found from any folder. */
export function withTemplatesIn<Config extends ForwardingFields>(stage: Config, folder: string): Config {
  if (stage.destinations === undefined) return stage;
  const found = Object.entries(stage.destinations).map(([id, one]) => {
    const { template } = one;
    return [
      id,
      typeof template === "string" ? { ...one, template: resolve(folder, template) } : one,
    ] as const;
  });
  return { ...stage, destinations: Object.fromEntries(found) };
}
