import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { RainhooksError } from "@rainhooks/core/errors";
import * as v from "valibot";
import type { FilterRule } from "./rule.ts";

const caseInsensitiveLevel = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.picklist(["system", "user", "node"], "entity_type: expected System, User or Node"),
);

/** A rule as RainMaker's `event_filter` API writes it. */
const apiRule = v.pipe(
  v.object({
    event_type: v.picklist(EVENT_TYPES, "event_type: not an event of RainMaker's catalog"),
    entity_id: v.pipe(v.string(), v.nonEmpty()),
    entity_type: caseInsensitiveLevel,
    enabled: v.boolean(),
    enabled_for_integrations: v.optional(v.array(v.string()), () => []),
  }),
  v.transform(
    (rule): FilterRule => ({
      level: rule.entity_type,
      entityId: rule.entity_id,
      eventType: rule.event_type,
      enabled: rule.enabled,
      integrations: rule.enabled_for_integrations,
    }),
  ),
);

const apiRules = v.union([
  v.array(apiRule),
  v.pipe(
    v.object({ event_entity_mapping_list: v.array(apiRule) }),
    v.transform((response) => response.event_entity_mapping_list),
  ),
  v.pipe(
    v.object({ webhooks_endpoints: v.array(apiRule) }),
    v.transform((response) => response.webhooks_endpoints),
  ),
]);

/**
 * Parses rules in the format of RainMaker's `event_filter` API: a list, or a whole response with
 * the list under one of the two keys that the API documentation uses.
 *
 * @throws {RainhooksError} `rules-invalid`; the message contains the path of the first invalid
 * value.
 */
export function parseRules(json: unknown): FilterRule[] {
  const list = Array.isArray(json)
    ? v.safeParse(v.array(apiRule), json)
    : v.safeParse(apiRules, json);
  if (list.success) return list.output;
  const [issue] = list.issues;
  throw new RainhooksError(
    "rules-invalid",
    `The filter rules are invalid: ${v.getDotPath(issue) ?? "rules"}: ${issue.message}.`,
    { permanent: true },
  );
}
