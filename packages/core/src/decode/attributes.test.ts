import { describe, expect, it, test } from "@jest/globals";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { Delivery } from "../deliveries/delivery.ts";
import { decode } from "./decode.ts";

function decodeData(type: string, data: unknown, attributes: Delivery["attributes"] = {}) {
  const body = { event_type: `rmaker.event.${type}`, event_data: data };
  const decoded = decode(deliveryOf(body, { attributes }));
  if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
  return decoded.event.data;
}

describe("the attributes of a message", () => {
  const attributes = { node_id: "n-attribute", user_id: "u-attribute" };

  test.each(["node_id", "NodeId", "nodes", "node_ids"])(
    "the message attributes give no node where the data has %s",
    (name) => {
      expect(decodeData("user_node_added", { [name]: ["n"] }, attributes)).toEqual({
        nodeIds: ["n"],
        userId: "u-attribute",
        extra: {},
      });
    },
  );

  it("the message attributes give no user where the data has one", () => {
    expect(decodeData("user_node_added", { nodes: ["n"], UserId: "u" }, attributes)).toEqual({
      nodeIds: ["n"],
      userId: "u",
      extra: {},
    });
  });

  it("the message attributes give node and user where the data has null", () => {
    expect(
      decodeData("alert", { node_id: null, user_id: null, message_body: "x" }, attributes),
    ).toEqual({
      nodeId: "n-attribute",
      userId: "u-attribute",
      message: "x",
      extra: {},
    });
  });

  it.each([
    ["both usual names", { NodeId: "n", user_id: "u" }, { nodeId: "n", userId: "u" }],
    ["an empty and a null id", { node_id: "n", UserId: "", user_id: null }, { nodeId: "n" }],
    ["unusual names", { NODEID: "n", userid: "u" }, { nodeId: "n", userId: "u" }],
  ])("the message attributes give nothing where the data has %s", (_, data, ids) => {
    expect(decodeData("alert", { ...data, message_body: "x" }, attributes)).toMatchObject(ids);
  });

  it("the message attributes give nothing when there are none", () => {
    expect(decodeData("admin_user_added", { user_name: "anna" })).toStrictEqual({
      userName: "anna",
      extra: {},
    });
  });
});

describe("the type of an event", () => {
  const topic = "esp_rainmaker_sns_admin_user_added";

  test.each<[string, object, Partial<Delivery>]>([
    [
      "the attribute, when the body's is empty",
      { event_type: "" },
      { attributes: { event_type: "admin" } },
    ],
    [
      "the attribute, when the body's is no text",
      { event_type: 7 },
      { attributes: { event_type: "admin" } },
    ],
  ])("the type of an event is that of %s", (_, body, delivery) => {
    expect(decode(deliveryOf(body, delivery))).toMatchObject({
      kind: "unknown",
      event: { type: "admin" },
    });
  });

  it("the type of an event is that of the topic when the attribute is empty", () => {
    expect(decode(deliveryOf({}, { topic, attributes: { event_type: "" } }))).toMatchObject({
      kind: "event",
      event: { type: "rmaker.event.admin_user_added" },
    });
  });

  test.each<[string, Partial<Delivery>]>([
    ["no topic", {}],
    ["an unknown topic", { topic: "alarms" }],
  ])("the type of an event is not known from %s", (_, delivery) => {
    expect(decode(deliveryOf({ event_type: "" }, delivery))).toMatchObject({
      kind: "undecodable",
      type: undefined,
      error: { code: "envelope-invalid", message: expect.stringContaining("no EventType") },
    });
  });

  test.each<[string, Partial<Delivery>, string | undefined]>([
    ["nothing", {}, undefined],
    [
      "a former name",
      { attributes: { event_type: "rmaker.event.user_node_associated" } },
      "rmaker.event.user_node_added",
    ],
    ["an unknown name", { attributes: { event_type: "alarm" } }, "alarm"],
    ["a topic", { topic }, "rmaker.event.admin_user_added"],
  ])(
    "the type of an undecodable delivery is returned if it is known: from %s",
    (_, delivery, type) => {
      const decoded = decode(deliveryOf("{", delivery));
      expect(decoded).toMatchObject({ kind: "undecodable", error: { code: "body-not-json" } });
      expect(decoded.kind === "undecodable" ? decoded.type : "decoded").toBe(type);
    },
  );
});
