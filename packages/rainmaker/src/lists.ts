import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core";
import * as v from "valibot";
import type { ApiFilter, Integration } from "./entities.ts";

const integration = v.pipe(
  v.object({ service_name: v.string(), endpoint_name: v.string(), enabled: v.optional(v.boolean(), true) }),
  v.transform(
    (one): Integration => ({
      serviceName: one.service_name,
      endpointName: one.endpoint_name,
      enabled: one.enabled,
    }),
  ),
);

const filter = v.object({
  event_type: v.string(),
  entity_id: v.string(),
  entity_type: v.string(),
  enabled: v.boolean(),
  enabled_for_integrations: v.pipe(
    v.nullish(v.array(v.string()), () => []),
    v.readonly(),
  ),
});

/** The integrations on a page of a list. */
export function readIntegrations(page: JsonObject): Integration[] {
  return entries(page["webhooks_endpoints"]).flatMap((one) => {
    const parsed = v.safeParse(integration, one);
    return parsed.success ? [parsed.output] : [];
  });
}

/**
 * The filters on a page of a list: under `event_entity_mapping_list`, as the API's examples have it, or under
 * `webhooks_endpoints`, as its schema says. An older release spells `entitiy_id`.
 */
export function readFilters(page: JsonObject): ApiFilter[] {
  return entries(page["event_entity_mapping_list"] ?? page["webhooks_endpoints"]).flatMap((one) => {
    const parsed = v.safeParse(filter, isJsonObject(one) ? { entity_id: one["entitiy_id"], ...one } : one);
    return parsed.success ? [parsed.output] : [];
  });
}

function entries(list: JsonValue | undefined): JsonValue[] {
  return Array.isArray(list) ? list : [];
}
