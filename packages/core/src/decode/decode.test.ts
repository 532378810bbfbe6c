import { describe, expect, it, test } from "@jest/globals";
import { deliveryOf, RAW_SNS_RECORD, README_EVENT } from "@rainhooks/testing/samples";
import type { EventType } from "../catalog.ts";
import { readDelivery } from "../deliveries/read.ts";
import { type EventData, nodesOf, type RainmakerEvent } from "../event.ts";
import { decode, MAX_BODY_BYTES } from "./decode.ts";

function eventOf<Type extends EventType>(
  type: Type,
  data: unknown,
  attributes = {},
): RainmakerEvent<Type> {
  const body = {
    event_version: "v1",
    id: "1",
    event_type: type,
    timestamp: 1_648_563_678_737,
    event_data: data,
  };
  const decoded = decode(deliveryOf(body, { attributes }));
  if (decoded.kind !== "event") throw new Error(`${decoded.kind}: ${JSON.stringify(decoded)}`);
  return decoded.event as RainmakerEvent<Type>;
}

function dataOf<Type extends EventType>(type: Type, data: unknown): EventData<Type> {
  return eventOf(type, data).data as EventData<Type>;
}

describe("the public samples", () => {
  it("decode returns the event of RainMaker's README at the right UTC time", () => {
    const decoded = decode(deliveryOf(README_EVENT));
    expect(decoded).toMatchObject({
      kind: "event",
      event: {
        type: "rmaker.event.node_connected",
        atMs: Date.UTC(2021, 0, 29, 4, 32, 27),
        atSource: "event",
        version: "v1",
        id: "RainmakeEventId",
        data: { nodeId: "thing3", userId: "5c75d6be-4a95-4065-951b-9519664f6498", connected: true },
      },
    });
  });

  it("decode accepts the raw Lambda event, whose type has an older name", () => {
    const decoded = decode(readDelivery(RAW_SNS_RECORD));
    expect(decoded).toMatchObject({
      kind: "event",
      event: {
        type: "rmaker.event.user_node_added",
        deliveryId: "47f807ce-d355-534e-9d3f-5f4c9f4be5a8",
        atMs: Date.UTC(2021, 0, 20, 15, 18, 54),
        sentAtMs: Date.UTC(2021, 0, 20, 15, 18, 54, 702),
        data: { nodeIds: ["thing3"], userRole: "primary" },
      },
    });
  });

  test.each([
    ["as an object", (payload: object) => payload],
    ["as a string", (payload: object) => JSON.stringify(payload)],
  ])("decode accepts the push twin, its payload %s", (_, pack) => {
    const payload = {
      event_version: "v1",
      id: "1",
      event_type: "rmaker.event.node_disconnected",
      timestamp: 1_648_563_678_737,
      description: "",
      event_data: {
        node_id: "n1",
        connectivity: { connected: false, timestamp: 1_648_563_678_700 },
      },
    };
    const body = { data: { title: "ESP RainMaker", body: "", event_data_payload: pack(payload) } };
    expect(decode(deliveryOf(body))).toMatchObject({
      kind: "event",
      event: {
        type: "rmaker.event.node_disconnected",
        data: { nodeId: "n1", connectivity: { connected: false, timestamp: 1_648_563_678_700 } },
      },
    });
  });
});

describe("the data of each event", () => {
  it("decode reads both kinds of a sharing event", () => {
    const request = {
      primary_user_name: "anna",
      request_id: "r1",
      metadata: '{"devices":[]}',
      nodes: ["n1"],
    };
    expect(dataOf("rmaker.event.user_node_sharing_add", request)).toMatchObject({
      primaryUserName: "anna",
      requestId: "r1",
      metadata: { devices: [] },
      nodeIds: ["n1"],
    });
    const answer = { secondary_user_name: "ben", accept: false, nodes: ["n1", "n2"] };
    expect(dataOf("rmaker.event.user_node_sharing_add", answer)).toMatchObject({
      secondaryUserName: "ben",
      accepted: false,
      nodeIds: ["n1", "n2"],
    });
  });

  test.each([
    ["a list", { nodes: ["n1", "n2"] }, ["n1", "n2"]],
    ["PascalCase", { Nodes: ["n1"] }, ["n1"]],
    ["a single id", { node_id: "n1" }, ["n1"]],
  ])("decode reads the nodes of user_node_added from %s", (_, data, nodeIds) => {
    expect(dataOf("rmaker.event.user_node_added", data).nodeIds).toEqual(nodeIds);
  });

  test.each([
    ["as an object", { Light: { Power: true } }],
    ["as a string", '{"Light":{"Power":true}}'],
  ])("decode reads changed parameters %s and leaves their names alone", (_, payload) => {
    const params = dataOf("rmaker.event.node_params_changed", { node_id: "n1", payload }).params;
    expect(params).toEqual({ Light: { Power: true } });
  });

  test.each([
    ["a text alert", '{"esp.alert.str":"Battery is low"}', { "esp.alert.str": "Battery is low" }],
    ["a parameter alert", { Light: { Power: true } }, { Light: { Power: true } }],
    ["any other JSON", "[1,2]", [1, 2]],
    ["a plain text", "help", "help"],
  ])("decode reads %s", (_, message_body, message) => {
    expect(dataOf("rmaker.event.alert", { node_id: "n1", message_body }).message).toEqual(message);
  });

  it("decode reads an automation", () => {
    const data = {
      automation_name: "Evening",
      events: [{ params: { Light: { Power: true } }, check: "==" }],
      actions: [{ node_id: "n1", params: { Light: { Power: false } } }],
      status: [{ node_id: "n1", status: "success" }],
    };
    expect(dataOf("rmaker.event.node_automation_trigger", data)).toMatchObject({
      automationName: "Evening",
      conditions: [{ params: { Light: { Power: true } }, check: "==" }],
      actions: [{ nodeId: "n1", params: { Light: { Power: false } } }],
      results: [{ nodeId: "n1", status: "success" }],
    });
  });

  it("decode reads group events", () => {
    const shared = {
      shared_from: "a",
      shared_to: "b",
      request_id: "r",
      accept: true,
      groups: [{ group_name: "g" }],
    };
    expect(dataOf("rmaker.event.user_node_group_sharing_add", shared)).toMatchObject({
      sharedFrom: "a",
      sharedTo: "b",
      accepted: true,
      groups: [{ groupName: "g" }],
    });
    const removed = {
      groups: [{ group_name: "g", group_id: "1" }],
      shared_from: "a",
      self_removal: true,
    };
    expect(dataOf("rmaker.event.user_node_group_removed", removed)).toMatchObject({
      groups: [{ groupName: "g", groupId: "1" }],
      selfRemoval: true,
    });
  });

  test.each([
    ["an object", { info: { fw_version: "1.0" } }, { info: { fw_version: "1.0" } }],
    ["a string", '{"info":{"fw_version":"1.0"}}', { info: { fw_version: "1.0" } }],
    ["nothing but the id", undefined, undefined],
  ])("decode reads a changed configuration given as %s", (_, config, expected) => {
    expect(dataOf("rmaker.event.node_config_changed", { node_id: "n1", config }).config).toEqual(
      expected,
    );
  });

  it("decode reads an OTA event", () => {
    const data = { node_id: "n1", ota_job_id: "j", fw_version: "2", file_size: 5, metadata: {} };
    expect(dataOf("rmaker.event.user_node_ota", data)).toMatchObject({
      nodeId: "n1",
      otaJobId: "j",
      fwVersion: "2",
    });
  });

  test.each([
    ["rmaker.event.node_registered", { NodeId: "n1" }, ["n1"]],
    ["rmaker.event.node_registered", {}, []],
    ["rmaker.event.admin_user_added", { UserName: "anna" }, []],
    ["rmaker.event.new_tags_added", { node_id: "n1", tags: ["a:b"] }, ["n1"]],
    ["rmaker.event.existing_tags_attached", {}, []],
    ["rmaker.event.user_node_sharing_remove", { nodes: ["n1"] }, ["n1"]],
  ] as const)(
    "decode requires no field of %s, whose data is undocumented",
    (type, data, nodeIds) => {
      expect(nodesOf(eventOf(type, data))).toEqual(nodeIds);
    },
  );
});

describe("what is kept", () => {
  it("decode keeps unknown fields at any place", () => {
    const body = {
      EventType: "rmaker.event.user_node_group_added",
      EventDataVersion: "v2",
      EventData: { groups: [{ group_name: "g", colour: "red" }], Reason: "test" },
    };
    expect(decode(deliveryOf(body))).toMatchObject({
      event: {
        extra: { EventDataVersion: "v2" },
        data: { extra: { Reason: "test" }, groups: [{ groupName: "g", extra: { colour: "red" } }] },
      },
    });
  });

  it("decode keeps the fields of the envelope, and leaves out those that are not strings", () => {
    const body = {
      event_type: "rmaker.event.admin_user_added",
      event_version: "v1",
      id: "i",
      description: "a user",
      timestamp: 1_700_000_000_000,
    };
    const frame = {
      deliveryId: "d",
      sentAtMs: 7,
      type: body.event_type,
      data: { extra: {} },
      extra: {},
    };
    expect(decode(deliveryOf(body, { id: "d", sentAtMs: 7 }))).toStrictEqual({
      kind: "event",
      event: {
        ...frame,
        atMs: 1_700_000_000_000,
        atSource: "event",
        version: "v1",
        id: "i",
        description: "a user",
      },
    });
    const odd = { event_type: body.event_type, event_version: 1, id: 2, description: 3 };
    expect(decode(deliveryOf(odd, { id: "d", sentAtMs: 7 }))).toStrictEqual({
      kind: "event",
      event: { ...frame, atMs: 7, atSource: "delivery" },
    });
  });

  it("decode keeps a second spelling of a field too; the first one counts", () => {
    const data = { node_id: "first", NodeId: "second" };
    expect(dataOf("rmaker.event.user_node_ota", data)).toMatchObject({
      nodeId: "first",
      extra: { NodeId: "second" },
    });
  });

  it("decode keeps an event of an unknown type as it is", () => {
    const body = {
      EventType: "rmaker.event.node_exploded",
      EventData: { NodeId: "n1", Pieces: 7 },
    };
    expect(decode(deliveryOf(body))).toMatchObject({
      kind: "unknown",
      event: { type: "rmaker.event.node_exploded", data: { NodeId: "n1", Pieces: 7 } },
    });
  });

  it("decode reads node and user from the message attributes only where the data does not have them", () => {
    const attributes = { node_id: "n-attribute", user_id: "u-attribute" };
    const lacking = eventOf("rmaker.event.alert", { message_body: "{}" }, attributes);
    expect(lacking.data).toMatchObject({ nodeId: "n-attribute", userId: "u-attribute" });
    const complete = eventOf(
      "rmaker.event.user_node_added",
      { Nodes: ["n1", "n2"], UserId: "u" },
      attributes,
    );
    expect(complete.data).toMatchObject({ nodeIds: ["n1", "n2"], userId: "u", extra: {} });
  });

  it("decode falls back to the delivery's time when the event has no readable time", () => {
    const body = { EventType: "rmaker.event.admin_user_added", Timestamp: "<timestamp>" };
    expect(decode(deliveryOf(body, { sentAtMs: 42 }))).toMatchObject({
      event: { atMs: 42, atSource: "delivery" },
    });
  });

  test.each([
    ["the attribute", { attributes: { event_type: "rmaker.event.admin_user_added" } }],
    ["the topic", { topic: "esp_rainmaker_sns_admin_user_added" }],
  ])("decode takes the type from %s when the body has none", (_, delivery) => {
    expect(decode(deliveryOf({ EventData: {} }, delivery))).toMatchObject({
      event: { type: "rmaker.event.admin_user_added" },
    });
  });
});

describe("what cannot be decoded", () => {
  test.each([
    ["body-not-json", '{"EventType":"rmaker.ev', "the body is not JSON"],
    ["envelope-invalid", "[1,2]", "the body is not a JSON object"],
    ["envelope-invalid", "{}", "no EventType"],
    [
      "data-invalid",
      { EventType: "rmaker.event.alert", EventData: { message_body: "{}" } },
      "nodeId: is missing",
    ],
    [
      "data-invalid",
      { EventType: "rmaker.event.alert", EventData: { NodeId: "" } },
      "nodeId: expected a string",
    ],
    ["data-invalid", { EventType: "rmaker.event.alert", EventData: "text" }, "expected an object"],
    [
      "data-invalid",
      { EventType: "rmaker.event.user_node_added", EventData: { Nodes: [] } },
      "at least one node",
    ],
    [
      "data-invalid",
      { EventType: "rmaker.event.user_node_group_added", EventData: { groups: [{}, 3] } },
      "groups.1: expected an object",
    ],
  ])("decode says %s for %j", (code, body, reason) => {
    const decoded = decode(deliveryOf(body, { id: "m1" }));
    if (decoded.kind !== "undecodable") throw new Error(`decoded as ${decoded.kind}`);
    expect(decoded.error).toMatchObject({ code, permanent: true });
    expect(decoded.error.message).toContain(reason);
    // All deliveries of one cause have one text.
    expect(decoded.error.message).not.toContain("m1");
  });
});

describe("a large body", () => {
  const bodyOf = (length: number) => {
    const frame = JSON.stringify({ EventType: "rmaker.event.admin_user_added", Note: "" });
    return frame.replace('""', `"${"x".repeat(length - frame.length)}"`);
  };

  it("a body is decoded up to a maximum size", () => {
    expect(bodyOf(MAX_BODY_BYTES)).toHaveLength(MAX_BODY_BYTES);
    expect(decode(deliveryOf(bodyOf(MAX_BODY_BYTES))).kind).toBe("event");
    expect(decode(deliveryOf(bodyOf(MAX_BODY_BYTES + 1), { id: "m1" }))).toMatchObject({
      kind: "undecodable",
      error: {
        code: "data-invalid",
        message: "The delivery cannot be decoded: the body has more than 1048576 characters",
      },
    });
  });
});
