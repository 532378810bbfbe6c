import { describe, expect, it, test } from "@jest/globals";
import { parseRules } from "./parse-rules.ts";
import { ruleKeyText, systemKey } from "./rule.ts";

const API_RULE = {
  event_type: "rmaker.event.node_connected",
  entity_id: "system.rmaker.event.node_connected",
  entity_type: "System",
  enabled: true,
  enabled_for_integrations: ["rainhooks"],
};
const RULE = {
  level: "system",
  entityId: "system.rmaker.event.node_connected",
  eventType: "rmaker.event.node_connected",
  enabled: true,
  integrations: ["rainhooks"],
};

describe("parseRules", () => {
  test.each([
    ["a list", [API_RULE]],
    [
      "a response of the API as in its examples",
      { event_entity_mapping_list: [API_RULE], total: 1 },
    ],
    ["a response of the API as in its schema", { webhooks_endpoints: [API_RULE] }],
  ])("parseRules accepts %s", (_, json) => {
    expect(parseRules(json)).toEqual([RULE]);
  });

  test.each(["SYSTEM", "system", "System"])(
    "parseRules accepts the entity type %s in any letter case",
    (entity_type) => {
      expect(parseRules([{ ...API_RULE, entity_type }])).toEqual([RULE]);
    },
  );

  test.each(["User", "Node"])("parseRules accepts a rule of a %s", (entity_type) => {
    const level = entity_type.toLowerCase();
    expect(parseRules([{ ...API_RULE, entity_type, entity_id: "e" }])).toEqual([
      { ...RULE, level, entityId: "e" },
    ]);
  });

  it("parseRules accepts a rule without integrations", () => {
    const { enabled_for_integrations: _, ...bare } = API_RULE;
    expect(parseRules([bare])).toEqual([{ ...RULE, integrations: [] }]);
  });

  test.each([
    ["an unknown event type", [{ ...API_RULE, event_type: "x" }], "event_type: not an event"],
    [
      "an unknown entity type",
      [{ ...API_RULE, entity_type: "Group" }],
      "expected System, User or Node",
    ],
    ["a rule that is neither on nor off", [{ ...API_RULE, enabled: "yes" }], "0.enabled"],
    ["no rules at all", "text", "The filter rules are invalid: rules: "],
    ["nothing", undefined, "The filter rules are invalid: rules: "],
  ])("parseRules rejects %s", (_, json, reason) => {
    const error = expect.objectContaining({ code: "rules-invalid", permanent: true });
    expect(() => parseRules(json)).toThrow(error);
    expect(() => parseRules(json)).toThrow(reason);
  });
});

describe("systemKey", () => {
  it("systemKey has the event type twice, as RainMaker does", () => {
    expect(systemKey("rmaker.event.alert")).toEqual({
      level: "system",
      entityId: "system.rmaker.event.alert",
      eventType: "rmaker.event.alert",
    });
    expect(ruleKeyText(systemKey("rmaker.event.alert"))).toBe(
      "system system.rmaker.event.alert rmaker.event.alert",
    );
  });
});
