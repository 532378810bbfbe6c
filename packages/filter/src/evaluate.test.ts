import { describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { deliveryOf, README_EVENT } from "@rainhooks/testing/samples";
import {
  CONSUMER_DEFAULTS,
  type Decision,
  evaluate,
  type FilterSubject,
  PUBLISHER_DEFAULTS,
  subjectOf,
} from "./evaluate.ts";
import { type FilterRule, ruleKeyText, systemKey } from "./rule.ts";

const US = "rainhooks";
const CONNECTED: FilterSubject = {
  type: "rmaker.event.node_connected",
  userId: "u1",
  nodeIds: ["n1"],
};

function decide(rules: FilterRule[], subject = CONNECTED, missing = PUBLISHER_DEFAULTS): Decision {
  const byKey = new Map(rules.map((rule) => [ruleKeyText(rule), rule]));
  return evaluate(subject, (key) => byKey.get(ruleKeyText(key)), US, missing);
}

const eventType = "rmaker.event.node_connected";
const on = { enabled: true, integrations: [US] };
const system: FilterRule = { ...systemKey(eventType), ...on };
const user: FilterRule = { level: "user", entityId: "u1", eventType, ...on };
const node: FilterRule = { level: "node", entityId: "n1", eventType, ...on };

describe("evaluate", () => {
  test.each([
    ["every level is on", [system, user, node], true, "passed", "node"],
    [
      "only System is on: users and nodes are on until they opt out",
      [system],
      true,
      "passed",
      "node",
    ],
    ["there is no System rule", [user, node], false, "no-rule", "system"],
    [
      "System is off, whatever the rules of User and Node",
      [{ ...system, enabled: false }, user, node],
      false,
      "disabled",
      "system",
    ],
    [
      "User is off, whatever the rule of Node",
      [system, { ...user, enabled: false }, node],
      false,
      "disabled",
      "user",
    ],
    ["Node is off", [system, user, { ...node, enabled: false }], false, "disabled", "node"],
    [
      "System does not list us",
      [{ ...system, integrations: ["gva"] }],
      false,
      "integration-not-listed",
      "system",
    ],
    [
      "System lists no integration",
      [{ ...system, integrations: [] }],
      false,
      "integration-not-listed",
      "system",
    ],
    [
      "User does not list us",
      [system, { ...user, integrations: ["gva"] }],
      false,
      "integration-not-listed",
      "user",
    ],
    [
      "Node does not list us",
      [system, { ...node, integrations: [] }],
      false,
      "integration-not-listed",
      "node",
    ],
  ] as const)("evaluate decides for a publisher, when %s", (_, rules, pass, reason, level) => {
    expect(decide([...rules])).toMatchObject({ pass, reason, level });
  });

  it("evaluate names the rule that decided", () => {
    const off = { ...user, enabled: false };
    expect(decide([system, off, node]).rule).toEqual(off);
    expect(decide([]).rule).toBeUndefined();
  });

  it("evaluate lets an event without rules pass for a consumer: RainMaker has published it", () => {
    expect(decide([], CONNECTED, CONSUMER_DEFAULTS)).toMatchObject({
      pass: true,
      reason: "passed",
    });
  });

  test.each(["node_registered", "admin_user_added", "new_tags_added", "existing_tags_attached"])(
    "evaluate lets %s pass: it cannot be filtered",
    (name) => {
      const subject = { ...CONNECTED, type: `rmaker.event.${name}` };
      const off = {
        ...systemKey(eventType),
        entityId: `system.${subject.type}`,
        enabled: false,
        integrations: [],
      };
      expect(decide([off], subject)).toEqual({
        pass: true,
        reason: "not-filterable",
        level: undefined,
        rule: undefined,
      });
    },
  );

  it("evaluate does not check User and Node for an event that only System can disable", () => {
    const alert = { ...CONNECTED, type: "rmaker.event.alert" };
    const systemOn: FilterRule = { ...systemKey("rmaker.event.alert"), ...on };
    const nodeOff: FilterRule = { ...node, eventType: "rmaker.event.alert", enabled: false };
    expect(decide([systemOn, nodeOff], alert)).toMatchObject({ pass: true, level: "system" });
  });

  it("evaluate lets an unknown type pass", () => {
    expect(decide([], { ...CONNECTED, type: "rmaker.event.new_one" }).reason).toBe(
      "not-filterable",
    );
  });

  it("evaluate skips the level of a user or node that the event does not name", () => {
    const anonymous = { ...CONNECTED, userId: undefined, nodeIds: [] };
    expect(decide([system], anonymous)).toMatchObject({ pass: true, level: "system" });
  });
});

describe("subjectOf", () => {
  it("subjectOf returns the type, the user and the nodes of a decoded event", () => {
    const decoded = decode(deliveryOf(README_EVENT));
    if (decoded.kind !== "event") throw new Error("The sample is no event.");
    const { UserId: userId } = README_EVENT.EventData;
    expect(subjectOf(decoded.event)).toEqual({ type: eventType, userId, nodeIds: ["thing3"] });
  });
});
