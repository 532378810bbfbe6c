import { WEBHOOKS } from "@rainhooks/app-webhooks";
import { catalogEntry, type EventType } from "@rainhooks/core";
import type { ApiFilter, RainmakerClient } from "@rainhooks/rainmaker";
import { integrationName } from "@rainhooks/webhook/define";
import { type CredentialsOption, loggedIn } from "./credentials.ts";

/** Which stage, and whether to only say what would be done. */
export interface RegisterOptions extends CredentialsOption {
  readonly stage: string;
  /** Name of the stage's integration, where its configuration sets another one than `rainhooks-<stage>`. */
  readonly integration?: string | undefined;
  readonly dryRun: boolean;
}

/** One change, in words and in deed. */
interface Change {
  readonly what: string;
  readonly apply: () => Promise<void>;
}

const ENDPOINT = "events";

/** Name of a stage's integration in RainMaker. */
function nameOf({ stage, integration }: RegisterOptions): string {
  return integration ?? integrationName(stage);
}

/**
 * Makes a stage known to RainMaker: its integration, and for each event that its webhooks subscribe and that can be filtered
 * a System filter that is on and names it. What is as it should be stays.
 */
export async function registerCommand(options: RegisterOptions): Promise<void> {
  const client = await loggedIn(options);
  const changes = [
    ...(await integrationChange(client, nameOf(options))),
    ...(await filterChanges(client, (type, filter) => enabling(client, nameOf(options), type, filter))),
  ];
  await applyAll(changes, options.dryRun, `${nameOf(options)} is registered; nothing had to change.`);
}

/** Takes a stage out of every System filter, and deletes its integration. */
export async function unregisterCommand(options: RegisterOptions): Promise<void> {
  const client = await loggedIn(options);
  const name = nameOf(options);
  const integrations = (await client.listIntegrations(name)).map((integration): Change => {
    return { what: `delete integration ${name}`, apply: () => client.deleteIntegration(integration) };
  });
  const changes = [
    ...(await filterChanges(client, (type, filter) => disabling(client, name, type, filter))),
    ...integrations,
  ];
  await applyAll(changes, options.dryRun, `${name} was not registered; nothing had to change.`);
}

async function integrationChange(client: RainmakerClient, name: string): Promise<Change[]> {
  const wanted = { serviceName: name, endpointName: ENDPOINT, enabled: true };
  const found = (await client.listIntegrations(name)).find(({ endpointName }) => endpointName === ENDPOINT);
  if (found === undefined)
    return [{ what: `create integration ${name}`, apply: () => client.createIntegration(wanted) }];
  return found.enabled
    ? []
    : [{ what: `enable integration ${name}`, apply: () => client.updateIntegration(wanted) }];
}

async function filterChanges(
  client: RainmakerClient,
  changeOf: (type: EventType, filter: ApiFilter | undefined) => Change | undefined,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const type of filterableEvents()) {
    const filters = await client.listFilters("admin", { eventType: type });
    const system = filters.find(({ entity_type }) => entity_type.toLowerCase() === "system");
    const change = changeOf(type, system);
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

function filterableEvents(): EventType[] {
  const events = new Set(WEBHOOKS.flatMap(({ events: wanted }) => wanted));
  return [...events].filter((type) => catalogEntry(type).filterLevels.includes("system"));
}

function enabling(
  client: RainmakerClient,
  name: string,
  type: EventType,
  filter: ApiFilter | undefined,
): Change | undefined {
  if (filter === undefined) {
    const created = {
      event_type: type,
      entity_id: `system.${type}`,
      entity_type: "System",
      enabled: true,
      enabled_for_integrations: [name],
    };
    return { what: `create System filter of ${type}`, apply: () => client.createFilter("admin", created) };
  }
  const listed = filter.enabled_for_integrations.includes(name);
  if (filter.enabled && listed) return undefined;
  const integrations = listed ? filter.enabled_for_integrations : [...filter.enabled_for_integrations, name];
  const others = filter.enabled_for_integrations.filter((one) => one !== name);
  const alsoFor =
    filter.enabled || others.length === 0 ? "" : `, which also turns it on for ${others.join(", ")}`;
  return {
    what: `${filter.enabled ? "add us to" : "enable"} System filter of ${type}${alsoFor}`,
    apply: () =>
      client.updateFilter("admin", { ...filter, enabled: true, enabled_for_integrations: integrations }),
  };
}

function disabling(
  client: RainmakerClient,
  name: string,
  type: EventType,
  filter: ApiFilter | undefined,
): Change | undefined {
  if (filter === undefined || !filter.enabled_for_integrations.includes(name)) return undefined;
  const left = filter.enabled_for_integrations.filter((one) => one !== name);
  if (left.length === 0) {
    return { what: `delete System filter of ${type}`, apply: () => client.deleteFilter("admin", filter) };
  }
  return {
    what: `take us out of System filter of ${type}`,
    apply: () => client.updateFilter("admin", { ...filter, enabled_for_integrations: left }),
  };
}

async function applyAll(changes: readonly Change[], dryRun: boolean, nothing: string): Promise<void> {
  if (changes.length === 0) console.log(nothing);
  for (const { what, apply } of changes) {
    if (!dryRun) await apply();
    console.log(`${dryRun ? "would " : ""}${what}`);
  }
}
