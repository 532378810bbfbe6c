import { describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { nodesOf } from "@rainhooks/core/event";
import { deliveryOf } from "@rainhooks/testing/samples";
import { eraseLine } from "./erase-line.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const USER = "5c75d6be-4a95-4065-951b-9519664f6498";
const ALIAS = "rainhooks-erased-0123456789ab";

const node: ErasureSubject = { kind: "node", id: "kitchen", also: [] };
const user: ErasureSubject = { kind: "user", id: USER, also: ["anna@example.com"] };
const erase = (subject: ErasureSubject, delivery: Delivery | string) => {
  const line = typeof delivery === "string" ? delivery : JSON.stringify(delivery);
  return eraseLine(line, { names: namesOf(subject), alias: ALIAS });
};
const eventOf = (type: string, data: object, attributes = {}) =>
  deliveryOf({ event_type: `rmaker.event.${type}`, event_data: data }, { attributes });

const ALERT = eventOf("alert", { node_id: "kitchen", user_id: USER, message_body: {} });
const ADDED = eventOf("user_node_added", { user_id: USER, nodes: ["kitchen", "garden"] });

describe("a line of the archive", () => {
  it("a line stays if it does not name the subject", () => {
    const other = eventOf("alert", { node_id: "kitchen2", message_body: {} });
    expect(erase(node, other)).toEqual({ kind: "kept" });
    expect(erase(user, other)).toEqual({ kind: "kept" });
    expect(erase(node, "")).toEqual({ kind: "kept" });
  });

  it("a line is dropped if it is about the node alone, in any form", () => {
    expect(erase(node, ALERT)).toMatchObject({ kind: "dropped", delivery: { id: ALERT.id } });
    const pascal = deliveryOf({
      EventType: "rmaker.event.alert",
      EventData: { NodeId: "kitchen", MessageBody: "{}" },
    });
    expect(erase(node, pascal)).toMatchObject({ kind: "dropped" });
    const byAttribute = eventOf("alert", { message_body: {} }, { node_id: "kitchen" });
    expect(erase(node, byAttribute)).toMatchObject({ kind: "dropped" });
  });

  it("a line that cannot be decoded is dropped by its fields, and gets an alias for a word", () => {
    expect(erase(node, eventOf("of_tomorrow", { node_id: "kitchen" }))).toMatchObject({
      kind: "dropped",
    });
    expect(erase(node, deliveryOf('broken {"node_id":"kitchen", "temp": 2'))).toMatchObject({
      kind: "changed",
    });
    expect(erase(node, deliveryOf('{"node_id":"kitchen", "temp": 2'))).toMatchObject({
      kind: "dropped",
    });
    for (const line of [deliveryOf("garden: light of kitchen is on"), '{"about": "kitchen"}'])
      expect(JSON.stringify(erase(node, line))).toMatch(new RegExp(`changed.*${ALIAS}`));
  });

  it("a line stays if it is also about other nodes, however it names them", () => {
    const automation = eventOf("node_automation_trigger", {
      node_id: "kitchen",
      automation_name: "evening",
      actions: [{ node_id: "garden", params: {} }],
    });
    const outage = deliveryOf({
      event_type: "rainhooks.event.alarm_changed",
      event_data: {
        rule: "site",
        alarms: [{ alarm_id: "a", node_id: "kitchen", members: ["garden", "hall"] }],
      },
    });
    for (const delivery of [automation, outage])
      expect(JSON.stringify(erase(node, delivery))).toMatch(
        new RegExp(`changed.*${ALIAS}.*garden`),
      );
  });

  it("a line is unchanged if a further name of the subject is the id of another node", () => {
    const named: ErasureSubject = { kind: "node", id: "4FxB", also: ["kitchen"] };
    expect(erase(named, eventOf("alert", { node_id: "kitchen", message_body: {} }))).toEqual({
      kind: "kept",
    });
  });

  it("a line that is also about others gets an alias, which counts as no node", () => {
    const erased = erase(node, ADDED);
    const { line } = erased as { line: string };
    const changed: Delivery = JSON.parse(line);
    expect(line).not.toContain("kitchen");
    expect(changed.body).toContain(ALIAS);
    const decoded = decode(changed);
    expect(decoded.kind === "event" && nodesOf(decoded.event)).toEqual(["garden"]);
  });

  it("a line of a user gets an alias for the user, and is otherwise unchanged", () => {
    for (const delivery of [ALERT, ADDED, deliveryOf(`not JSON: ${USER}`)]) {
      const text = JSON.stringify(delivery);
      expect(erase(user, delivery)).toEqual({
        kind: "changed",
        line: text.replaceAll(USER, ALIAS),
      });
    }
    const named = eventOf("admin_user_added", { user_id: USER, user_name: "anna@example.com" });
    expect(JSON.stringify(erase(user, named))).not.toMatch(/anna|5c75d6be/);
  });

  it("a line is found although escapes hide characters", () => {
    const hidden = ALERT.body.replace("kitchen", "k\\u0069tchen");
    expect(erase(node, { ...ALERT, body: hidden })).toMatchObject({ kind: "dropped" });
    const hiddenUser = { ...ALERT, body: ALERT.body.replace(USER, USER.replace("5", "\\u0035")) };
    const { line } = erase(user, hiddenUser) as { line: string };
    expect(JSON.parse(JSON.parse(line).body)).toEqual(JSON.parse(ALERT.body.replace(USER, ALIAS)));
  });

  it("a line without the subject keeps its escapes and numbers as they were written", () => {
    const line =
      '{"id":"1","sentAtMs":1,"attributes":{},"body":"{\\"a\\":1.50,\\"b\\":\\"\\\\u00e9\\"}"}';
    expect(erase(node, line)).toEqual({ kind: "kept" });
  });
});
