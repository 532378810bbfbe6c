import { catalogEntry, type FilterLevel } from "@rainhooks/core/catalog";
import type { JsonObject } from "@rainhooks/core/json";
import { type FilterRule, type RuleKey, ruleKeyText } from "@rainhooks/filter/rule";
import type { ApiCall, ApiHandler } from "./call.ts";
import { ApiRefusal, text, texts } from "./refusal.ts";

const LEVELS: readonly string[] = ["system", "user", "node"] satisfies FilterLevel[];

/**
 * `/v1/admin/event_filter` and `/v1/user/event_filter`: users see and set only filters about themselves and
 * their nodes.
 */
export function filterHandlers(
  scope: "admin" | "user",
): Record<"list" | "create" | "update" | "remove", ApiHandler> {
  const keyOf = (call: ApiCall): RuleKey => {
    const key = readKey(call.body, scope, call);
    if (scope === "user" && !isOwn(call, key)) throw new ApiRefusal(113107, "Invalid Entity Type");
    return key;
  };
  return {
    list: async (call) => {
      const { query, rainmaker } = call;
      const wanted = { eventType: query.get("event_type"), entityId: query.get("entity_id") };
      if (wanted.eventType === null && wanted.entityId === null)
        throw new ApiRefusal(100021, "Invalid query param");
      const level = query.get("entity_type")?.toLowerCase();
      const found = rainmaker.state.filters.filter(
        (rule) =>
          (wanted.eventType === null || rule.eventType === wanted.eventType) &&
          (wanted.entityId === null || rule.entityId === wanted.entityId) &&
          (level === undefined || rule.level === level) &&
          (scope === "admin" || isOwn(call, rule)),
      );
      return { event_entity_mapping_list: found.map(toApi), total: found.length };
    },
    create: async (call) => {
      const key = keyOf(call);
      const { state } = call.rainmaker;
      if (findRule(state.filters, key) !== undefined)
        throw new ApiRefusal(113110, "Event Entity Mapping already exist");
      if (typeof call.body["enabled"] !== "boolean")
        throw new ApiRefusal(113105, "Enabled at Entity Level is missing");
      const integrations = texts(call.body["enabled_for_integrations"] ?? []);
      if (integrations.length === 0)
        throw new ApiRefusal(113133, "Please specify at least one Webhook Integrations");
      state.filters.push({ ...key, enabled: call.body["enabled"], integrations });
      await call.rainmaker.save();
      return { status: "success", description: "Event filter added" };
    },
    update: async (call) => {
      const key = keyOf(call);
      const { state } = call.rainmaker;
      const old = findRule(state.filters, key);
      if (old === undefined) throw new ApiRefusal(113109, "Event Entity Mapping does not exist");
      const { enabled = old.enabled, enabled_for_integrations: listed } = call.body;
      const integrations = listed === undefined ? old.integrations : texts(listed);
      state.filters = state.filters.map((rule) =>
        rule === old ? { ...old, enabled: enabled === true, integrations } : rule,
      );
      await call.rainmaker.save();
      return { status: "success", description: "Event filter updated" };
    },
    remove: async (call) => {
      const key = keyOf(call);
      const { state } = call.rainmaker;
      const old = findRule(state.filters, key);
      if (old === undefined) throw new ApiRefusal(113109, "Event Entity Mapping does not exist");
      state.filters = state.filters.filter((rule) => rule !== old);
      await call.rainmaker.save();
      return { status: "success", description: "Event filter deleted" };
    },
  };
}

function readKey(body: JsonObject, scope: "admin" | "user", { user }: ApiCall): RuleKey {
  const type = text(body, "event_type", 113101, "Event Type is missing");
  const entityId = text(body, "entity_id", 113102, "Entity Id is missing");
  const eventType = catalogEntry(type)?.type;
  if (eventType === undefined) throw new ApiRefusal(113101, "Event Type is not known");
  // Deleting as a user has no entity type: an entity other than the user is a node.
  const givenLevel =
    scope === "user" && body["entity_type"] === undefined
      ? entityId === user.id
        ? "user"
        : "node"
      : undefined;
  const level = (givenLevel ?? text(body, "entity_type", 113103, "Entity Type is missing")).toLowerCase();
  if (!LEVELS.includes(level)) throw new ApiRefusal(113107, "Invalid Entity Type");
  return { eventType, entityId, level: level as FilterLevel };
}

function isOwn({ user, rainmaker }: ApiCall, { level, entityId }: RuleKey): boolean {
  if (level === "user") return entityId === user.id;
  return level === "node" && (rainmaker.state.nodes.get(entityId)?.users.includes(user.id) ?? false);
}

function findRule(rules: readonly FilterRule[], key: RuleKey): FilterRule | undefined {
  return rules.find((rule) => ruleKeyText(rule) === ruleKeyText(key));
}

function toApi({ eventType, entityId, level, enabled, integrations }: FilterRule): JsonObject {
  return {
    event_type: eventType,
    entity_id: entityId,
    entity_type: level.toUpperCase(),
    enabled,
    enabled_for_integrations: [...integrations],
  };
}
