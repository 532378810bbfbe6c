import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { catalogEntry, EVENT_TYPES, type EventType, RainhooksError } from "@rainhooks/core";
import {
  type FilterRule,
  filterRulesTable,
  parseRules,
  type RuleTable,
  readAllRules,
  ruleKeyText,
  writeRules,
} from "@rainhooks/filter";
import type { ApiFilter, FilterScope } from "@rainhooks/rainmaker";
import { formatTable } from "@rainhooks/terminal";
import { deployedName } from "@rainhooks/webhook/define";
import { reachStage, type StageOption } from "../context.ts";
import { type CredentialsOption, loggedIn } from "./credentials.ts";

/** Which entity a filter is about: the system, unless a user or node is named. */
export interface EntityOptions extends CredentialsOption {
  readonly user?: string | undefined;
  readonly node?: string | undefined;
  /** As a user, whose own filters alone can be seen and set. */
  readonly own: boolean;
}

const FILTERED: readonly EventType[] = EVENT_TYPES.filter(
  (type) => catalogEntry(type).filterLevels.length > 0,
);

/** Lists filters: of one event, or of all. */
export async function listCommand(
  options: CredentialsOption & {
    readonly event?: string | undefined;
    readonly json: boolean;
    readonly own: boolean;
  },
): Promise<void> {
  const client = await loggedIn(options);
  const filters: ApiFilter[] = [];
  for (const eventType of options.event === undefined ? FILTERED : [eventOf(options.event)]) {
    filters.push(...(await client.listFilters(scopeOf(options), { eventType })));
  }
  if (options.json) console.log(JSON.stringify(filters, undefined, 2));
  else if (filters.length === 0) console.log("No filters.");
  else console.log(filtersTable(parseRules([...filters])));
}

/** Sets a filter, whether it exists or not. */
export async function setCommand(
  event: string,
  options: EntityOptions & { readonly off: boolean; readonly integration: readonly string[] },
): Promise<void> {
  const client = await loggedIn(options);
  const filter: ApiFilter = {
    ...entityOf(eventOf(event), options),
    enabled: !options.off,
    enabled_for_integrations: options.integration,
  };
  const scope = scopeOf(options);
  const { event_type: eventType, entity_id: entityId } = filter;
  const exists = (await client.listFilters(scope, { eventType })).find(
    ({ entity_id }) => entity_id === entityId,
  );
  const integrations =
    options.integration.length === 0 ? (exists?.enabled_for_integrations ?? []) : options.integration;
  if (integrations.length === 0) {
    throw new RainhooksError(
      "input-invalid",
      "Name at least one integration with --integration: without one, nobody gets the event.",
    );
  }
  const wanted = { ...filter, enabled_for_integrations: integrations };
  if (exists === undefined) await client.createFilter(scope, wanted);
  else await client.updateFilter(scope, wanted);
  console.log(
    `${exists === undefined ? "created" : "changed"}: ${event} of ${filter.entity_id} is ${options.off ? "off" : "on"}`,
  );
}

/** Deletes a filter. */
export async function unsetCommand(event: string, options: EntityOptions): Promise<void> {
  const client = await loggedIn(options);
  const entity = entityOf(eventOf(event), options);
  await client.deleteFilter(scopeOf(options), entity);
  console.log(`deleted: ${event} of ${entity.entity_id}`);
}

/** Brings the rules of a stage in line with RainMaker's, after showing how they differ. */
export async function syncCommand(
  options: CredentialsOption & StageOption & { readonly stage: string; readonly dryRun: boolean },
): Promise<void> {
  const client = await loggedIn(options);
  const theirs: FilterRule[] = [];
  for (const eventType of FILTERED)
    theirs.push(...parseRules(await client.listFilters("admin", { eventType })));
  const table = await tableOf(options);
  const ours = new Map((await readAllRules(table)).map((rule) => [ruleKeyText(rule), rule]));
  const wanted = new Map(theirs.map((rule) => [ruleKeyText(rule), rule]));
  const puts = theirs.filter((rule) => !same(rule, ours.get(ruleKeyText(rule))));
  const deletes = [...ours.values()].filter((rule) => !wanted.has(ruleKeyText(rule)));
  for (const rule of puts) console.log(`${ours.has(ruleKeyText(rule)) ? "~" : "+"} ${ruleText(rule)}`);
  for (const rule of deletes) console.log(`- ${ruleText(rule)}`);
  if (!options.dryRun) await writeRules(table, puts, deletes);
  const verb = options.dryRun ? "would change" : "changed";
  console.log(
    `${table.tableName}: ${verb} ${puts.length}, ${options.dryRun ? "would delete" : "deleted"} ${deletes.length}, ${wanted.size} in all`,
  );
}

async function tableOf(options: StageOption & { readonly stage: string }): Promise<RuleTable> {
  const tableName = deployedName(options.stage, filterRulesTable.name);
  if (options.stage !== "local") return { client: new DynamoDBClient({}), tableName };
  return { client: (await reachStage(options)).clients.dynamodb, tableName };
}

function eventOf(text: string): EventType {
  const entry = catalogEntry(text) ?? catalogEntry(`rmaker.event.${text}`);
  if (entry === undefined)
    throw new RainhooksError("input-invalid", `${text} is no event of RainMaker's catalog.`);
  return entry.type;
}

function entityOf(event_type: EventType, { user, node }: EntityOptions) {
  if (user !== undefined && node !== undefined) {
    throw new RainhooksError("input-invalid", "A filter is about a user or a node, not both.");
  }
  if (user !== undefined) return { event_type, entity_id: user, entity_type: "User" };
  if (node !== undefined) return { event_type, entity_id: node, entity_type: "Node" };
  return { event_type, entity_id: `system.${event_type}`, entity_type: "System" };
}

function scopeOf({ own }: { readonly own: boolean }): FilterScope {
  return own ? "user" : "admin";
}

function same(a: FilterRule, b: FilterRule | undefined): boolean {
  return (
    b !== undefined &&
    a.enabled === b.enabled &&
    [...a.integrations].sort().join() === [...b.integrations].sort().join()
  );
}

function ruleText({ level, entityId, eventType, enabled, integrations }: FilterRule): string {
  return `${level} ${entityId}: ${eventType} ${enabled ? "on" : "off"} for ${integrations.join(", ") || "nobody"}`;
}

function filtersTable(rules: readonly FilterRule[]): string {
  return formatTable(
    ["event", "level", "entity", "", "integrations"],
    rules.map(({ eventType, level, entityId, enabled, integrations }) => [
      eventType.replace("rmaker.event.", ""),
      level,
      entityId,
      enabled ? "on" : "off",
      integrations.join(", "),
    ]),
  );
}
