import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { diffRules } from "@rainhooks/filter/diff";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { parseRules } from "@rainhooks/filter/parse-rules";
import type { FilterRule } from "@rainhooks/filter/rule";
import { readAllRules, writeRules } from "@rainhooks/filter/rule-table";
import { RainmakerClient } from "@rainhooks/rainmaker/client";
import type { ApiFilter } from "@rainhooks/rainmaker/lists";
import { listAllFilters, registrationChanges } from "@rainhooks/rainmaker/registration";
import { deployedName } from "@rainhooks/webhook/names";
import type { Stage } from "../aws/stage/stage.ts";
import { SUPER_ADMIN } from "../rainmaker/rest/server.ts";
import type { RunningRainmaker } from "../rainmaker/start.ts";
import type { FleetNode } from "./fleet.ts";

/** RainMaker's push notifications: a second integration, so that events can be filtered out for ours only. */
const PHONES = "mobile_push_notification";

/**
 * Creates nodes in a local RainMaker, as in a deployment that has run for a long time.
 *
 * @param withUsers True: their users have them already, and no event says so.
 */
export function settleIn(
  { rainmaker }: Pick<RunningRainmaker, "rainmaker">,
  nodes: readonly FleetNode[],
  withUsers: boolean,
): void {
  for (const { id, users } of nodes) rainmaker.node(id).users = withUsers ? [...users] : [];
  const [first] = nodes;
  if (first === undefined) return;
  const [param] = first.device.params;
  rainmaker.node(first.id).automation = {
    name: "Evening",
    params: { [first.device.name]: { [param?.name ?? ""]: true } },
    actions: [{ node_id: first.id, params: { [first.device.name]: { Brightness: 40 } } }],
  };
}

/**
 * Registers an integration and the push notifications, with filters that filter events out for the
 * integration only: OTA (System), connectivity of the second node's user (User), configuration of the first
 * node (Node).
 */
export async function registerWithFilters(
  running: RunningRainmaker,
  integration: string,
  nodes: readonly FleetNode[],
): Promise<FilterRule[]> {
  const client = new RainmakerClient({ baseUrl: running.baseUrl });
  await client.login(SUPER_ADMIN, running.password);
  for (const name of [PHONES, integration]) {
    for (const { apply } of await registrationChanges(client, { name, events: EVENT_TYPES })) await apply();
  }
  const wanted = phonesOnly(nodes);
  const present = new Set(
    (await listAllFilters(client, "admin")).map(({ entity_id, event_type }) => `${entity_id} ${event_type}`),
  );
  for (const filter of wanted) {
    const known = present.has(`${filter.entity_id} ${filter.event_type}`);
    await (known ? client.updateFilter("admin", filter) : client.createFilter("admin", filter));
  }
  return parseRules(await listAllFilters(client, "admin"));
}

/** Copies RainMaker's filters to the rules of a stage. */
export async function syncRules(
  { clients, name }: Pick<Stage, "clients" | "name">,
  rules: readonly FilterRule[],
): Promise<void> {
  const table = { client: clients.dynamodb, tableName: deployedName(name, filterRulesTable.name) };
  const { puts, deletes } = diffRules(await readAllRules(table), rules);
  // Before the fleet's first event: no function has read a rule that changes here.
  await writeRules(table, puts, deletes, { fromMs: Date.now() });
}

function phonesOnly(nodes: readonly FleetNode[]): ApiFilter[] {
  const filter = (event: string, entity_type: string, entity_id: string): ApiFilter => ({
    event_type: `rmaker.event.${event}`,
    entity_type,
    entity_id,
    enabled: true,
    enabled_for_integrations: [PHONES],
  });
  const [first, second] = nodes;
  const user = second?.users[0];
  return [
    filter("user_node_ota", "System", "system.rmaker.event.user_node_ota"),
    ...(user === undefined
      ? []
      : [filter("node_connected", "User", user), filter("node_disconnected", "User", user)]),
    ...(first === undefined ? [] : [filter("node_config_changed", "Node", first.id)]),
  ];
}
