import { describe, expect, it, test } from "@jest/globals";
import { CATALOG, shortType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { SAMPLES_BY_TYPE } from "@rainhooks/testing/event-samples";
import { deliveryOf } from "@rainhooks/testing/samples";
import { canHaveCopies, webhookIdOf } from "./webhook-id.ts";

function eventOf(published: object, attributes: Record<string, string> = {}): RainmakerEvent {
  const decoded = decode(deliveryOf(published, { attributes }));
  if (decoded.kind !== "event") throw new Error("It is no event.");
  return decoded.event;
}

const DATA = { node_id: "n1", user_id: "u1", message_body: { a: 1, b: [2] } };
const ALERT = { event_type: "rmaker.event.alert", timestamp: 1_700_000_000_123, event_data: DATA };
const alert = (data: object = {}, envelope: object = {}) =>
  eventOf({ ...ALERT, ...envelope, event_data: { ...DATA, ...data } });
const idOf = (event: RainmakerEvent) => webhookIdOf(event, { eachCopy: false });
const ID = idOf(alert());

describe("the webhook-id of an event", () => {
  it("the webhook-id is a hash that a header and a signature can contain", () => {
    expect(ID).toMatch(/^evt_[\w-]{43}$/);
  });

  it("the webhook-id is the same in every version of the code", () => {
    expect(ID).toBe("evt_-T0oYmz3LSI7_S91FoaUtfldRhpdLU5hb1UMXujlymU");
  });

  test.each<[string, RainmakerEvent]>([
    ["another user", alert({ user_id: "u2" })],
    ["another name of the user", alert({ user_name: "Ann", UserRole: "primary" })],
    ["another description", alert({}, { description: "u2(User)'s (Node)n1 alerts" })],
    ["another id of RainMaker", alert({}, { id: "17" })],
    ["another order of the fields", alert({ message_body: { b: [2], a: 1 } })],
    [
      "another casing",
      eventOf({
        EventType: "rmaker.event.alert",
        Timestamp: 1_700_000_000_123,
        EventData: { NodeId: "n1", UserId: "u1", MessageBody: { a: 1, b: [2] } },
      }),
    ],
    [
      "the user in an attribute",
      eventOf(
        { ...ALERT, event_data: { node_id: "n1", message_body: { a: 1, b: [2] } } },
        { user_id: "u3" },
      ),
    ],
  ])("the webhook-id is the same for %s", (_, event) => {
    expect(idOf(event)).toBe(ID);
  });

  it("the webhook-id of an event of RainMaker Neo is the id that the stage made, also if each copy is wanted", () => {
    const id = `neo_${"a".repeat(43)}`;
    const event = alert({ user_id: undefined }, { id });
    for (const eachCopy of [false, true]) expect(webhookIdOf(event, { eachCopy })).toBe(id);
    for (const other of ["neo_", `neo_${"a".repeat(44)}`, `x${id}`, `${id}\n`])
      expect(
        webhookIdOf(alert({ user_id: undefined }, { id: other }), { eachCopy: true }),
      ).not.toBe(other);
  });

  test.each<[string, RainmakerEvent]>([
    ["another type", eventOf({ ...ALERT, event_type: "rmaker.event.node_connected" })],
    ["another node", alert({ node_id: "n2" })],
    ["another time", alert({}, { timestamp: 1_700_000_000_124 })],
    ["another content", alert({ message_body: { a: 1, b: [3] } })],
    ["a further field", alert({ level: 3 })],
    ["a further field that only contains the word", alert({ other_user: "u3" })],
  ])("the webhook-id differs for %s", (_, event) => {
    expect(idOf(event)).toMatch(/^evt_/);
    expect(idOf(event)).not.toBe(ID);
  });

  test.each<[string, RainmakerEvent]>([
    ["without a user", eventOf({ ...ALERT, event_data: { node_id: "n1", message_body: "x" } })],
    ["without a time", alert({}, { timestamp: undefined })],
    ["with an unreadable time", alert({}, { timestamp: "yesterday" })],
    [
      "without a node",
      eventOf({
        ...ALERT,
        event_type: "rmaker.event.new_tags_added",
        event_data: { user_id: "u1" },
      }),
    ],
  ])("the webhook-id is that of the message for an event %s", (_, event) => {
    expect(idOf(event)).toBe(event.deliveryId);
  });

  it("the webhook-id is that of the message if each copy is wanted", () => {
    const event = alert();
    expect(webhookIdOf(event, { eachCopy: true })).toBe(event.deliveryId);
  });
});

it("canHaveCopies says for each event of the catalog whether it can have copies", () => {
  const users = { user_id: "u1", timestamp: 1_700_000_000_123 };
  const types = CATALOG.filter(({ type }) => {
    const sample = SAMPLES_BY_TYPE.get(shortType(type)) as { event_data: object };
    return canHaveCopies(eventOf({ ...sample, event_data: { ...sample.event_data, ...users } }));
  }).map(({ type }) => shortType(type));
  expect(types.sort()).toEqual([
    "alarm_changed",
    "alert",
    "existing_tags_attached",
    "new_tags_added",
    "node_automation_trigger",
    "node_config_changed",
    "node_connected",
    "node_disconnected",
    "node_params_changed",
    "node_registered",
    "node_session_ended",
    "node_ts_data",
    "user_node_ota",
  ]);
});

it("the webhook-id of an event that the stage derived is the event's own id, however often it is published", () => {
  const sample = { ...SAMPLES_BY_TYPE.get("alarm_changed") };
  for (const eachCopy of [true, false])
    expect(webhookIdOf(eventOf(sample), { eachCopy })).toBe("eKCQ1r4m7oQ0tPz3k0nQvA-raised-1");
});
