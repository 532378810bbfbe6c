import { catalogEntry, type EventType, shortType } from "@rainhooks/core/catalog";
import { wrongInput } from "@rainhooks/core/errors";
import { eventOf } from "@rainhooks/core/event-of";
import { parseRules } from "@rainhooks/filter/parse-rules";
import type { FilterRule } from "@rainhooks/filter/rule";
import type { FilterScope } from "@rainhooks/rainmaker/client";
import type { ApiFilter } from "@rainhooks/rainmaker/lists";
import { listAllFilters } from "@rainhooks/rainmaker/registration";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { type CredentialsOption, loggedIn } from "./credentials.ts";

/** The owner of a filter: the system, unless a user or node is given. */
export interface EntityOptions extends CredentialsOption {
  readonly user?: string | undefined;
  readonly node?: string | undefined;
  /** As a user, who can see and set only their own filters. */
  readonly own?: boolean | undefined;
}

/** Lists the filters of one event, or of all events. */
export async function listCommand(
  options: CredentialsOption & {
    readonly event?: string | undefined;
    readonly json?: boolean | undefined;
    readonly own?: boolean | undefined;
  },
): Promise<void> {
  const client = await loggedIn(options);
  const scope = scopeOf(options);
  const filters =
    options.event === undefined
      ? await listAllFilters(client, scope)
      : await client.listFilters(scope, { eventType: eventOf(options.event) });
  if (options.json) console.log(JSON.stringify(filters, undefined, 2));
  else if (filters.length === 0) console.log("No filters.");
  else console.log(filtersTable(parseRules([...filters])));
}

/** Options of `filters set`. */
export interface SetFilterOptions extends EntityOptions {
  readonly off?: boolean | undefined;
  readonly integration: readonly string[];
  /** Replace the filter's integrations by the given ones instead of adding these. */
  readonly replace?: boolean | undefined;
}

/** Creates or updates a filter, and prints its previous state. */
export async function setCommand(event: string, options: SetFilterOptions): Promise<void> {
  const entity = entityOf(eventOf(event), options);
  refuseWithoutEffect(entity);
  const client = await loggedIn(options);
  const scope = scopeOf(options);
  const { event_type: eventType, entity_id: entityId } = entity;
  const old = (await client.listFilters(scope, { eventType })).find(
    ({ entity_id }) => entity_id === entityId,
  );
  const kept = options.replace ? [] : (old?.enabled_for_integrations ?? []);
  const integrations = [...new Set([...kept, ...options.integration])];
  if (integrations.length === 0) {
    throw wrongInput(
      "Name at least one integration with --integration: without one, no integration gets the event.",
    );
  }
  const wanted: ApiFilter = { ...entity, enabled: !options.off, enabled_for_integrations: integrations };
  if (old === undefined) await client.createFilter(scope, wanted);
  else await client.updateFilter(scope, wanted);
  const before = old === undefined ? "new" : `before: ${stateText(old)}`;
  console.log(`${entity.entity_type} filter of ${event} for ${entityId}: ${stateText(wanted)} (${before})`);
}

function stateText({ enabled, enabled_for_integrations }: ApiFilter): string {
  return `${enabled ? "on" : "off"} for ${enabled_for_integrations.join(", ") || "no integration"}`;
}

/**
 * Rejects a filter that RainMaker never evaluates.
 *
 * @throws {RainhooksError} `input-invalid`; the message names the filters that affect the event.
 */
function refuseWithoutEffect({ event_type, entity_type }: ReturnType<typeof entityOf>): void {
  const levels: readonly string[] = catalogEntry(event_type).filterLevels;
  if (levels.includes(entity_type.toLowerCase())) return;
  const name = shortType(event_type);
  throw wrongInput(
    levels.length === 0
      ? `RainMaker always publishes ${name}: no filter can disable it.`
      : `A ${entity_type} filter has no effect on ${name}: RainMaker only evaluates its ${levels.join(", ")} filter.`,
  );
}

/** Deletes a filter. */
export async function unsetCommand(event: string, options: EntityOptions): Promise<void> {
  const client = await loggedIn(options);
  const entity = entityOf(eventOf(event), options);
  await client.deleteFilter(scopeOf(options), entity);
  console.log(`deleted: ${event} of ${entity.entity_id}`);
}

function entityOf(event_type: EventType, { user, node }: EntityOptions) {
  if (user !== undefined && node !== undefined) {
    throw wrongInput("A filter belongs to a user or a node, not both.");
  }
  if (user !== undefined) return { event_type, entity_id: user, entity_type: "User" };
  if (node !== undefined) return { event_type, entity_id: node, entity_type: "Node" };
  return { event_type, entity_id: `system.${event_type}`, entity_type: "System" };
}

function scopeOf({ own }: { readonly own?: boolean | undefined }): FilterScope {
  return own ? "user" : "admin";
}

function filtersTable(rules: readonly FilterRule[]): string {
  return formatTable(
    ["event", "level", "entity", "", "integrations"],
    rules.map(({ eventType, level, entityId, enabled, integrations }) => [
      shortType(eventType),
      level,
      entityId,
      enabled ? "on" : "off",
      integrations.join(", "),
    ]),
  );
}
