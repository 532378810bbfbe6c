import { catalogEntry, EVENT_TYPES, type EventType } from "@rainhooks/core/catalog";
import type { FilterScope, RainmakerClient } from "./client.ts";
import type { ApiFilter } from "./lists.ts";

/** One change of a registration: its description, and the function that makes it. */
export interface RegistrationChange {
  readonly what: string;
  readonly apply: () => Promise<void>;
}

/** An integration and its events. */
export interface Registration {
  /** Name of the integration. */
  readonly name: string;
  readonly events: Iterable<EventType>;
}

const ENDPOINT = "events";

/**
 * Returns the changes that register an integration: it exists and is enabled, and each of its
 * filterable events has an enabled System filter that names it. The list is empty when nothing
 * needs to change.
 *
 * @throws {RainmakerError} when RainMaker refuses a request.
 * @throws {RainhooksError} `rainmaker-unavailable` when RainMaker cannot be reached.
 */
export async function registrationChanges(
  client: RainmakerClient,
  { name, events }: Registration,
): Promise<RegistrationChange[]> {
  const integration = { serviceName: name, endpointName: ENDPOINT, enabled: true };
  const found = (await client.listIntegrations(name)).find(
    ({ endpointName }) => endpointName === ENDPOINT,
  );
  const changes: RegistrationChange[] = [];
  if (found === undefined)
    changes.push({
      what: `create integration ${name}`,
      apply: () => client.createIntegration(integration),
    });
  else if (!found.enabled)
    changes.push({
      what: `enable integration ${name}`,
      apply: () => client.updateIntegration(integration),
    });
  for (const [type, filter] of await systemFilters(client, events))
    changes.push(...enabling(client, name, type, filter));
  return changes;
}

/**
 * Returns the changes that delete an integration and remove it from the System filters of its
 * events.
 *
 * @throws {RainmakerError} when RainMaker refuses a request.
 * @throws {RainhooksError} `rainmaker-unavailable` when RainMaker cannot be reached.
 */
export async function unregistrationChanges(
  client: RainmakerClient,
  { name, events }: Registration,
): Promise<RegistrationChange[]> {
  const integrations = await client.listIntegrations(name);
  const filters = await systemFilters(client, events);
  return [
    ...filters.flatMap(([type, filter]) => disabling(client, name, type, filter)),
    ...integrations.map((integration) => ({
      what: `delete integration ${name}`,
      apply: () => client.deleteIntegration(integration),
    })),
  ];
}

/**
 * Lists all filters. RainMaker can only list those of one event, so this makes a request per event
 * type.
 */
export async function listAllFilters(
  client: RainmakerClient,
  scope: FilterScope,
): Promise<ApiFilter[]> {
  const filters: ApiFilter[] = [];
  for (const eventType of filterable(EVENT_TYPES)) {
    filters.push(...(await client.listFilters(scope, { eventType })));
  }
  return filters;
}

/** Returns the System filter of each event that can be filtered, as far as there is one. */
async function systemFilters(
  client: RainmakerClient,
  events: Iterable<EventType>,
): Promise<[EventType, ApiFilter | undefined][]> {
  const found: [EventType, ApiFilter | undefined][] = [];
  for (const eventType of filterable(events)) {
    const filters = await client.listFilters("admin", { eventType });
    found.push([
      eventType,
      filters.find(({ entity_type }) => entity_type.toLowerCase() === "system"),
    ]);
  }
  return found;
}

function filterable(events: Iterable<EventType>): EventType[] {
  return [...new Set(events)].filter((type) => catalogEntry(type).filterLevels.length > 0);
}

function enabling(
  client: RainmakerClient,
  name: string,
  type: EventType,
  filter: ApiFilter | undefined,
): RegistrationChange[] {
  if (filter === undefined) {
    const created = {
      event_type: type,
      entity_id: `system.${type}`,
      entity_type: "System",
      enabled: true,
      enabled_for_integrations: [name],
    };
    const what = `create the System filter of ${type}`;
    return [{ what, apply: () => client.createFilter("admin", created) }];
  }
  const listed = filter.enabled_for_integrations.includes(name);
  if (filter.enabled && listed) return [];
  const integrations = listed
    ? filter.enabled_for_integrations
    : [...filter.enabled_for_integrations, name];
  const others = filter.enabled_for_integrations.filter((one) => one !== name);
  const alsoFor =
    filter.enabled || others.length === 0 ? "" : `, which also enables it for ${others.join(", ")}`;
  const change = { ...filter, enabled: true, enabled_for_integrations: integrations };
  const what = `${filter.enabled ? `add integration ${name} to the` : "enable the"} System filter of ${type}${alsoFor}`;
  return [{ what, apply: () => client.updateFilter("admin", change) }];
}

function disabling(
  client: RainmakerClient,
  name: string,
  type: EventType,
  filter: ApiFilter | undefined,
): RegistrationChange[] {
  if (filter === undefined || !filter.enabled_for_integrations.includes(name)) return [];
  const remaining = filter.enabled_for_integrations.filter((one) => one !== name);
  if (remaining.length === 0)
    return [
      {
        what: `delete the System filter of ${type}`,
        apply: () => client.deleteFilter("admin", filter),
      },
    ];
  const change = { ...filter, enabled_for_integrations: remaining };
  const what = `remove integration ${name} from the System filter of ${type}`;
  return [{ what, apply: () => client.updateFilter("admin", change) }];
}
