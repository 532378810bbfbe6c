import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { isOfParts } from "@rainhooks/stack/function/deployment";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { queuesOf } from "@rainhooks/webhook/resources";
import { isDeployed, type StageConfig } from "../config.ts";
import { PARTS } from "../parts.ts";

/** Returns the names of the parts that a stage can have: what has functions, or tables. */
export function partsOf(functions: readonly FunctionDefinition[]): string[] {
  const withTables = EXTENSIONS.filter(({ tables }) => tables !== undefined).map(
    ({ name }) => name,
  );
  return [...new Set([...functions.flatMap(({ part }) => part ?? []), ...withTables])];
}

/**
 * Returns what is wrong with the parts of a stage: unknown ones, ones that need others, and changes
 * to functions of parts that it does not have.
 */
export function partMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): string[] {
  const { parts, functions: changes = {} } = config;
  if (parts === undefined) return [];
  const known = partsOf(functions);
  if (parts.length === 0)
    return [`parts: name one, or leave parts out for all of ${known.join(", ")}`];
  const unknown = parts
    .filter((part) => !known.includes(part))
    .map((part) => {
      const own = functions.find(({ name }) => name === part)?.part;
      const remedy =
        own === undefined
          ? "take it out, or put its extension back"
          : `${part} is a function of the part ${own}: write that`;
      return `parts: unknown part ${part} (known: ${known.join(", ")}): ${remedy}`;
    });
  const missing = functions
    .filter((one) => isDeployed(config, one))
    .flatMap((one) =>
      neededBy(one, functions)
        .filter((part) => !parts.includes(part))
        .map((part) => needs(one, part)),
    );
  const byPart = parts.flatMap((part) =>
    saidNeeds(part)
      .filter((one) => !parts.includes(one))
      .map((one) => `parts: ${part} needs ${one}: add it, or leave ${part} out`),
  );
  const without = functions
    .filter((one) => !isOfParts(config, one) && changes[one.name] !== undefined)
    .map(({ name, part }) => `functions.${name} has no effect: parts has no ${part}`);
  return [...unknown, ...new Set([...missing, ...byPart]), ...without];
}

function needs({ name, part }: FunctionDefinition, needed: string): string {
  return `parts: ${part ?? name} needs ${needed}: add it, or ${part === undefined ? `set functions.${name}.deployed to false` : `leave ${part} out`}`;
}

/** Returns the parts without which a stage cannot have a part. */
export function partsNeededBy(part: string, functions: readonly FunctionDefinition[]): string[] {
  const own = functions
    .filter((one) => one.part === part)
    .flatMap((one) => neededBy(one, functions));
  return [...new Set([...own, ...saidNeeds(part)])];
}

/** Returns the parts that a part names as needed. */
function saidNeeds(part: string): readonly string[] {
  return PARTS.find(({ name }) => name === part)?.needs ?? [];
}

/** Returns the parts whose queues a function uses. */
function neededBy(user: FunctionDefinition, functions: readonly FunctionDefinition[]): string[] {
  const queues = queuesOf(user);
  const owners = functions.filter(({ name }) => queues.includes(name));
  return [...new Set(owners.flatMap((owner) => owner.part ?? []))].filter(
    (one) => one !== user.part,
  );
}
