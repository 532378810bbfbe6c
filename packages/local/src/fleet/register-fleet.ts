import { CATALOG, type EventType } from "@rainhooks/core/catalog";
import { diffRules } from "@rainhooks/filter/diff";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { type FilterRule, ruleKeyText, systemKey } from "@rainhooks/filter/rule";
import { readAllRules, writeRules } from "@rainhooks/filter/rule-table";
import { deployedName } from "@rainhooks/webhook/names";
import type { Stage } from "../aws/stage/stage.ts";
import type { RunningRainmaker } from "../rainmaker/start.ts";
import type { FleetNode } from "./fleet.ts";

/**
 * RainMaker's push notifications: a second integration, so that events can be filtered out for ours
 * only.
 */
const PHONES = "mobile_push_notification";

/**
 * Creates nodes in a local RainMaker, as in a deployment that has run for a long time.
 *
 * @param withUsers True: their users have them already, and no event says so.
 */
export function registerNodes(
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
 * Registers an integration and the push notifications for all events, but with filters that filter
 * some out for the integration only: OTA (System), connectivity of the second node's user (User),
 * configuration of the first node (Node).
 *
 * @returns All rules of the RainMaker.
 */
export async function registerIntegrations(
  { rainmaker }: Pick<RunningRainmaker, "rainmaker">,
  integration: string,
  nodes: readonly FleetNode[],
): Promise<readonly FilterRule[]> {
  const { state } = rainmaker;
  const both = [PHONES, integration];
  for (const serviceName of both) {
    const known = state.integrations.find((one) => one.serviceName === serviceName);
    if (known === undefined)
      state.integrations.push({ serviceName, endpointName: "events", enabled: true });
    else known.enabled = true;
  }
  const known = new Map(state.filters.map((rule) => [ruleKeyText(rule), rule.integrations]));
  const wanted = CATALOG.filter(({ filterLevels }) => filterLevels.length > 0).map(
    ({ type }): FilterRule => {
      const key = systemKey(type);
      // Those that somebody else has registered stay.
      const integrations = [...new Set([...(known.get(ruleKeyText(key)) ?? []), ...both])];
      return { ...key, enabled: true, integrations };
    },
  );
  const rules = [...state.filters, ...wanted, ...phonesOnly(nodes)];
  state.filters = [...new Map(rules.map((rule) => [ruleKeyText(rule), rule])).values()];
  await rainmaker.save();
  return state.filters;
}

function phonesOnly([first, second]: readonly FleetNode[]): FilterRule[] {
  const rule = (event: EventType, key: Pick<FilterRule, "level" | "entityId">): FilterRule => ({
    ...key,
    eventType: event,
    enabled: true,
    integrations: [PHONES],
  });
  const user = second?.users[0];
  const events = ["rmaker.event.node_connected", "rmaker.event.node_disconnected"] as const;
  return [
    rule("rmaker.event.user_node_ota", systemKey("rmaker.event.user_node_ota")),
    ...(user === undefined
      ? []
      : events.map((event) => rule(event, { level: "user", entityId: user }))),
    ...(first === undefined
      ? []
      : [rule("rmaker.event.node_config_changed", { level: "node", entityId: first.id })]),
  ];
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
