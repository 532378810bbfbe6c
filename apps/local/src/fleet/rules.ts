import type { FilterRule } from "@rainhooks/filter";
import type { FleetNode } from "./fleet.ts";

/**
 * A few filter rules to see filters at work: OTA events only for the phone apps (System), no connectivity events of
 * one user (User), no configuration changes of one node (Node).
 */
export function fleetRules(nodes: readonly FleetNode[]): FilterRule[] {
  const [first, second] = nodes;
  const rules: FilterRule[] = [
    {
      level: "system",
      entityId: "system.rmaker.event.user_node_ota",
      eventType: "rmaker.event.user_node_ota",
      enabled: true,
      integrations: ["mobile_push_notification"],
    },
  ];
  const user = second?.users[0];
  if (user !== undefined) {
    for (const eventType of ["rmaker.event.node_connected", "rmaker.event.node_disconnected"] as const) {
      rules.push({ level: "user", entityId: user, eventType, enabled: false, integrations: [] });
    }
  }
  if (first !== undefined) {
    const eventType = "rmaker.event.node_config_changed";
    rules.push({ level: "node", entityId: first.id, eventType, enabled: false, integrations: [] });
  }
  return rules;
}
