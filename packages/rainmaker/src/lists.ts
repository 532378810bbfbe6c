import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";
import * as v from "valibot";

const integration = v.pipe(
  v.object({
    service_name: v.string(),
    endpoint_name: v.string(),
    enabled: v.optional(v.boolean()),
    integration_enabled: v.optional(v.boolean()),
  }),
  v.transform(({ service_name, endpoint_name, enabled, integration_enabled = true }) => ({
    serviceName: service_name,
    endpointName: endpoint_name,
    enabled: enabled ?? integration_enabled,
  })),
);

/** A webhook integration in RainMaker. */
export type Integration = Readonly<v.InferOutput<typeof integration>>;

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

/** A filter rule, with the field names of RainMaker's API. */
export type ApiFilter = Readonly<v.InferOutput<typeof filter>>;

/**
 * Reads the integrations from a page of a list.
 *
 * @throws {RainhooksError} `rainmaker-unavailable` for a response with an unknown format.
 */
export function readIntegrations(page: JsonObject): Integration[] {
  return read(integration, listOf(page, ["webhooks_endpoints"]));
}

/**
 * Reads the filters from a page of a list. They are in `event_entity_mapping_list` (the examples of
 * the API documentation) or `webhooks_endpoints` (its schema). An older release has the misspelled
 * field `entitiy_id`.
 *
 * @throws {RainhooksError} `rainmaker-unavailable` for a response with an unknown format: it must
 * not be taken for an empty list.
 */
export function readFilters(page: JsonObject): ApiFilter[] {
  const list = listOf(page, ["event_entity_mapping_list", "webhooks_endpoints"]);
  return read(
    filter,
    list.map((one) => (isJsonObject(one) ? { entity_id: one["entitiy_id"], ...one } : one)),
  );
}

/** Returns the first list that is not empty among the given keys. */
function listOf(page: JsonObject, keys: readonly string[]): JsonValue[] {
  const lists = keys.map((key) => page[key]).filter((value) => Array.isArray(value));
  const [first] = lists;
  if (first !== undefined) return lists.find(({ length }) => length > 0) ?? first;
  // An empty list may be a null, or only a total of 0.
  if (keys.some((key) => page[key] === null) || page["total"] === 0) return [];
  throw unreadable(`it has no ${keys.join(" or ")}`);
}

function read<Schema extends v.GenericSchema>(
  schema: Schema,
  list: readonly unknown[],
): v.InferOutput<Schema>[] {
  const parsed = v.safeParse(v.array(schema), list);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw unreadable(`${v.getDotPath(issue) ?? "an entry"}: ${issue.message}`);
}

function unreadable(why: string): RainhooksError {
  return new RainhooksError(
    "rainmaker-unavailable",
    `RainMaker's response cannot be read: ${why}.`,
  );
}
