import { catalogEntry, type FilterLevel } from "@rainhooks/core/catalog";
import type { JsonObject } from "@rainhooks/core/json";
import { type FilterRule, type RuleKey, ruleKeyText } from "@rainhooks/filter/rule";
import type { IntegrationState, RainmakerState } from "../state.ts";

/** An error in RainMaker's format: a status, RainMaker's own code, and a description. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly code: number;

  constructor(code: number, description: string, status = 400) {
    super(description);
    this.code = code;
    this.status = status;
  }
}

/** A call of the super admin. */
interface ApiCall {
  readonly state: RainmakerState;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** Handles a call; returns the response body, if it is more than the success. */
type ApiHandler = (call: ApiCall) => JsonObject | undefined;

/** Handlers by method and path without the version. */
export const CALLS: ReadonlyMap<string, ApiHandler> = new Map(
  Object.entries<ApiHandler>({
    "GET /admin/webhook_integration": ({ state, query }) => {
      const service = query.get("service_name");
      const listed = state.integrations.filter(
        (one) => service === null || one.serviceName === service,
      );
      const webhooks_endpoints = listed.map(({ serviceName, endpointName, enabled }) => ({
        service_name: serviceName,
        endpoint_name: endpointName,
        enabled,
      }));
      return { webhooks_endpoints, total: listed.length };
    },
    "POST /admin/webhook_integration": ({ state, body }) => {
      const integration = readIntegration(body);
      if (findIntegration(state, integration) !== undefined)
        throw new ApiRefusal(113012, "Webhook Integration already exists");
      state.integrations.push(integration);
      return undefined;
    },
    "PUT /admin/webhook_integration": ({ state, body }) => {
      const integration = readIntegration(body);
      const old = existing(
        findIntegration(state, integration),
        113011,
        "Webhook Integration does not exist",
      );
      if (old.enabled === integration.enabled)
        throw new ApiRefusal(113016, "Webhook Integration is already in the requested state");
      old.enabled = integration.enabled;
      return undefined;
    },
    "DELETE /admin/webhook_integration": ({ state, query }) => {
      const named = readNames(Object.fromEntries(query));
      const old = existing(
        findIntegration(state, named),
        113011,
        "Webhook Integration does not exist",
      );
      state.integrations = state.integrations.filter((one) => one !== old);
      return undefined;
    },
    "GET /admin/event_filter": ({ state, query }) => {
      const type = query.get("event_type");
      const entityId = query.get("entity_id");
      if (type === null && entityId === null) throw new ApiRefusal(100021, "Invalid query param");
      const level = query.get("entity_type")?.toLowerCase();
      const listed = state.filters.filter(
        (rule) =>
          (type === null || rule.eventType === type) &&
          (entityId === null || rule.entityId === entityId) &&
          (level === undefined || rule.level === level),
      );
      return { event_entity_mapping_list: listed.map(toApi), total: listed.length };
    },
    "POST /admin/event_filter": ({ state, body }) => {
      const rule = readRule(body);
      if (findRule(state, rule) !== undefined)
        throw new ApiRefusal(113110, "Event Entity Mapping already exist");
      if (rule.integrations.length === 0)
        throw new ApiRefusal(113133, "Please specify at least one Webhook Integrations");
      state.filters.push(rule);
      return undefined;
    },
    "PUT /admin/event_filter": ({ state, body }) => {
      const rule = readRule(body);
      const old = existing(findRule(state, rule), 113109, "Event Entity Mapping does not exist");
      state.filters = state.filters.map((one) => (one === old ? rule : one));
      return undefined;
    },
    "DELETE /admin/event_filter": ({ state, body }) => {
      const old = existing(
        findRule(state, readKey(body)),
        113109,
        "Event Entity Mapping does not exist",
      );
      state.filters = state.filters.filter((rule) => rule !== old);
      return undefined;
    },
  }),
);

function readNames(fields: JsonObject): Omit<IntegrationState, "enabled"> {
  return {
    serviceName: text(fields, "service_name", 113001, "Service Name is missing"),
    endpointName: text(fields, "endpoint_name", 113002, "Endpoint Name is missing"),
  };
}

/** RainMaker's README names the flag `integration_enabled`, the API documentation `enabled`. */
function readIntegration(body: JsonObject): IntegrationState {
  const enabled = body["enabled"] ?? body["integration_enabled"];
  if (typeof enabled !== "boolean") throw new ApiRefusal(113008, "Integration Enabled is missing");
  return { ...readNames(body), enabled };
}

function findIntegration(
  { integrations }: RainmakerState,
  named: Omit<IntegrationState, "enabled">,
) {
  return integrations.find(
    (one) => one.serviceName === named.serviceName && one.endpointName === named.endpointName,
  );
}

const LEVELS = ["system", "user", "node"] as const satisfies FilterLevel[];

function readKey(body: JsonObject): RuleKey {
  const type = text(body, "event_type", 113101, "Event Type is missing");
  const entityId = text(body, "entity_id", 113102, "Entity Id is missing");
  const eventType = catalogEntry(type)?.type;
  if (eventType === undefined) throw new ApiRefusal(113101, "Event Type is not known");
  const typed = text(body, "entity_type", 113103, "Entity Type is missing").toLowerCase();
  const level = LEVELS.find((one) => one === typed);
  if (level === undefined) throw new ApiRefusal(113107, "Invalid Entity Type");
  return { eventType, entityId, level };
}

function readRule(body: JsonObject): FilterRule {
  const { enabled, enabled_for_integrations: listed = [] } = body;
  const key = readKey(body);
  if (typeof enabled !== "boolean")
    throw new ApiRefusal(113105, "Enabled at Entity Level is missing");
  if (!Array.isArray(listed) || !listed.every((one) => typeof one === "string"))
    throw invalidBody();
  return { ...key, enabled, integrations: listed };
}

function findRule({ filters }: RainmakerState, key: RuleKey): FilterRule | undefined {
  return filters.find((rule) => ruleKeyText(rule) === ruleKeyText(key));
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

function existing<T>(value: T | undefined, code: number, description: string): T {
  if (value === undefined) throw new ApiRefusal(code, description);
  return value;
}

/** Creates the error for an invalid body. */
export function invalidBody(): ApiRefusal {
  return new ApiRefusal(100006, "Invalid request body");
}

function text(fields: JsonObject, name: string, code: number, description: string): string {
  const value = fields[name];
  if (typeof value === "string" && value !== "") return value;
  throw new ApiRefusal(code, description);
}
