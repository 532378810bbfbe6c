import { describe, expect, it, test } from "@jest/globals";
import { deliveryOf } from "@rainhooks/testing/samples";
import { decode } from "./decode.ts";

function decodeData(type: string, data: unknown) {
  return decode(deliveryOf({ event_type: `rmaker.event.${type}`, event_data: data }));
}

describe("the data of an event", () => {
  it("the data of an event are refused if they are not an object", () => {
    const decoded = decodeData("node_ts_data", []);
    expect(decoded.kind === "undecodable" ? decoded.error.message : "").toContain(
      "rmaker.event.node_ts_data: expected an object",
    );
  });

  test.each<[string, string, object, object]>([
    [
      "no text",
      "admin_user_added",
      { user_id: 5, user_name: true },
      { userId: undefined, userName: undefined, extra: {} },
    ],
    [
      "an empty text",
      "admin_user_added",
      { user_id: "", user_name: "anna" },
      { userName: "anna", extra: {} },
    ],
    [
      "no true or false",
      "node_connected",
      { node_id: "n", connected: "yes" },
      { nodeId: "n", connected: undefined, extra: {} },
    ],
    [
      "no time",
      "node_registered",
      { node_id: "n", registration_timestamp: "soon" },
      { nodeIds: ["n"], registeredAtMs: undefined, extra: {} },
    ],
  ])("the data of an event lack an optional field that holds %s", (_, type, data, expected) => {
    expect(decodeData(type, data)).toMatchObject({ kind: "event" });
    const decoded = decodeData(type, data);
    expect(decoded.kind === "event" ? decoded.event.data : undefined).toEqual(expected);
  });

  test.each([
    [1, true],
    [0, false],
    [true, true],
  ])("the data of an event have %p as the reply to a sharing", (accept, accepted) => {
    const decoded = decodeData("user_node_sharing_add", { nodes: ["n"], accept });
    expect(decoded).toMatchObject({ kind: "event", event: { data: { accepted } } });
  });

  test.each<[string, string, object]>([
    ["sharing", "user_node_sharing_add", { accept: "yes" }],
    ["sharing of a group", "user_node_group_sharing_add", { groups: [], accept: 2 }],
  ])("the reply to a %s must be true or false", (_, type, data) => {
    expect(decodeData(type, data)).toMatchObject({
      error: { message: expect.stringContaining("accepted: expected true or false") },
    });
  });

  test.each<[string, string, object, string]>([
    ["groups", "user_node_group_added", { groups: "g" }, "groups: expected a list of groups"],
    [
      "whether a user left",
      "user_node_group_removed",
      { groups: [], self_removal: "yes" },
      "selfRemoval: expected true or false",
    ],
    [
      "conditions",
      "node_automation_trigger",
      { events: "x" },
      "conditions: expected a list of conditions",
    ],
    ["actions", "node_automation_trigger", { actions: "x" }, "actions: expected a list of actions"],
    ["results", "node_automation_trigger", { status: "x" }, "results: expected a list of results"],
    ["a node", "alert", { node_id: 5, message_body: "x" }, "nodeId: expected a string"],
    [
      "an id of a node",
      "alert",
      { node_id: "", message_body: "x" },
      "nodeId: expected a string that is not empty",
    ],
    ["nodes", "user_node_added", { nodes: 5 }, "nodeIds: expected a list of ids"],
    ["a message", "alert", { node_id: "n" }, "message: is missing"],
    [
      "parameters",
      "node_params_changed",
      { node_id: "n", payload: 5 },
      "params: expected an object, or a string that contains one",
    ],
  ])("the data of an event are refused for what cannot be %s", (_, type, data, reason) => {
    const decoded = decodeData(type, data);
    expect(decoded).toMatchObject({ kind: "undecodable", type: `rmaker.event.${type}` });
    expect(decoded.kind === "undecodable" ? decoded.error.message : "").toMatch(
      new RegExp(`: rmaker\\.event\\.${type}: ${reason}$`),
    );
  });

  it("the data of an automation have empty lists for missing fields", () => {
    expect(decodeData("node_automation_trigger", {})).toMatchObject({
      event: { data: { conditions: [], actions: [], results: [] } },
    });
  });

  it("the data of an event have groups under their short names", () => {
    expect(decodeData("user_node_group_added", { groups: [{ id: "1", name: "g" }] })).toMatchObject(
      {
        event: { data: { groups: [{ groupId: "1", groupName: "g", extra: {} }] } },
      },
    );
  });

  it("the data of an event have the firmware under its long name", () => {
    expect(decodeData("user_node_ota", { node_id: "n", firmware_version: "2" })).toMatchObject({
      event: { data: { fwVersion: "2" } },
    });
  });

  it("a list is not parsed as packed JSON", () => {
    expect(decodeData("alert", { node_id: "n", message_body: [5] })).toMatchObject({
      event: { data: { message: [5] } },
    });
  });
});
