import { type EventType, isDerived } from "@rainhooks/core/catalog";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { StackSchema } from "@rainhooks/stack/config/config";
import { type Fields, type FieldsOf, fields } from "@rainhooks/stack/config/values";
import {
  applyChanges,
  type DeployedFunction,
  isOfParts,
} from "@rainhooks/stack/function/deployment";
import type { EgressNetwork } from "@rainhooks/stack/function/network";
import type { EventSources } from "@rainhooks/stack/sources";
import type { FunctionDefinition, Webhook } from "@rainhooks/webhook/define-function";
import { PART_FIELDS, PARTS } from "./parts.ts";

/** Configuration of a stage: the platform's part of its file, and those of the extensions. */
export const StageSchema: Fields<typeof StackSchema.entries & typeof PART_FIELDS> = fields(
  { ...StackSchema.entries, ...PART_FIELDS },
  ": take it out, or put back the extension whose field it is",
);

/** Configuration of a stage. */
export interface StageConfig extends FieldsOf<typeof StageSchema.entries> {}

/** Whether a stage has a function. That of an extension may follow from fields of the stage. */
export function isDeployed(config: StageConfig, definition: FunctionDefinition): boolean {
  const { name, optional = false } = definition;
  const isUsual = optional === "production" ? config.production : !optional;
  const byFields = hasByFields(config, definition);
  if (byFields !== undefined) return byFields;
  return isOfParts(config, definition) && (config.functions?.[name]?.deployed ?? isUsual);
}

/**
 * Whether a stage has a function, where fields of extensions decide that; otherwise `undefined`.
 */
export function hasByFields(
  config: StageConfig,
  definition: FunctionDefinition,
): boolean | undefined {
  return PARTS.map((part) => part.hasFunction?.(config, definition)).find(
    (has) => has !== undefined,
  );
}

/**
 * Returns the functions that a stage has, with its changes. @throws {TypeError} as `applyChanges`
 * does
 */
export function changedFunctions(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): DeployedFunction[] {
  const [planOf] = PARTS.flatMap((part) => part.planOf ?? []);
  const planned = (webhook: Webhook) =>
    planOf?.(webhook, config) ?? {
      concurrency: webhook.batch.maxConcurrency,
      maxConcurrency: Number.POSITIVE_INFINITY,
      boundBy: undefined,
    };
  return functions
    .filter((one) => isDeployed(config, one))
    .map((one) => applyChanges(one, planned, config.functions?.[one.name]));
}

/** Returns the tables that a stage has for a description. */
export function deployedTables(config: StageConfig, table: TableDescription): TableDescription[] {
  const [of] = PARTS.flatMap((part) =>
    part.deployedTables !== undefined && isOfParts(config, { part: part.name })
      ? [part.deployedTables]
      : [],
  );
  return of?.(table) ?? [table];
}

/** Whether a function sends to addresses on the internet. */
export function sends(definition: FunctionDefinition): boolean {
  return PARTS.some((part) => part.sends?.(definition) === true);
}

/**
 * Returns the network from which a function connects, if it sends events or the stage names it;
 * otherwise `undefined`.
 */
export function networkOf(
  { egress }: StageConfig,
  definition: FunctionDefinition,
): EgressNetwork | undefined {
  return sends(definition) || egress?.functions?.includes(definition.name) ? egress : undefined;
}

/**
 * Returns where the events of a stage come from. A derived event that nothing of the stage
 * publishes is absent.
 */
export function sourcesOf(
  config: StageConfig,
  deployed: readonly FunctionDefinition[],
): EventSources {
  const all = PARTS.flatMap((part) => part.sources?.(config) ?? []);
  const derived = new Set([
    ...derivedIn(deployed),
    ...PARTS.flatMap((part) => part.publishes?.(config) ?? []),
  ]);
  return {
    makesTopics: all.some(({ makesTopics }) => makesTopics),
    isAbsent: (type) =>
      (isDerived(type) && !derived.has(type)) || all.some(({ isAbsent }) => isAbsent(type)),
  };
}

/** Returns the derived events that functions publish. */
function derivedIn(deployed: readonly FunctionDefinition[]): EventType[] {
  const uses = deployed.flatMap(({ resources }) => Object.values(resources));
  return uses.flatMap((use) => (use.kind === "topic" && isDerived(use.event) ? [use.event] : []));
}
