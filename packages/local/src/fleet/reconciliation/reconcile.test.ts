import { describe, expect, it } from "@jest/globals";
import type { FilterRule } from "@rainhooks/filter/rule";
import { defineWebhook } from "@rainhooks/webhook/define";
import type { EventTruth } from "../message.ts";
import { expectAt } from "./expect.ts";
import { modelNodes, type SentEvent } from "./node-model.ts";

function truth(type: string, atMs: number, nodeIds = ["n"]): EventTruth {
  return { type: `rmaker.event.${type}` as EventTruth["type"], atMs, nodeIds, userId: "u", readings: [] };
}

function sent(type: string, atMs: number, sentAtMs = atMs): SentEvent {
  return { ...truth(type, atMs), id: "d", sentAtMs };
}

describe("modelNodes", () => {
  it("modelNodes applies the events in the order of their times", () => {
    const events = [
      sent("alert", 9),
      sent("node_disconnected", 5),
      sent("node_connected", 1),
      sent("node_connected", 7),
    ];
    expect([...modelNodes([], events)]).toEqual([
      ["n", { state: "online", sinceMs: 7, lastEventType: "rmaker.event.alert", lastEventAtMs: 9 }],
    ]);
  });

  it("modelNodes orders events of the same second by their SNS time", () => {
    const events = [sent("alert", 9, 12), sent("user_node_ota", 9, 11)];
    expect(modelNodes([], events).get("n")?.lastEventType).toBe("rmaker.event.alert");
  });

  it("modelNodes takes a connect or a disconnect as the last event of a time, also if it is of an earlier run", () => {
    const before = [
      {
        ...{ nodeId: "n", state: "offline" as const, sinceMs: 9 },
        lastEvent: { type: "rmaker.event.node_disconnected" as const, atMs: 9, sentAtMs: 0, deliveryId: "d" },
      },
    ];
    const last = (...events: SentEvent[]) => modelNodes(before, events).get("n")?.lastEventType;
    expect(last(sent("node_config_changed", 9, 20))).toBe("rmaker.event.node_disconnected");
    expect(last(sent("node_config_changed", 10))).toBe("rmaker.event.node_config_changed");
    expect(last(sent("node_connected", 9, 20))).toBe("rmaker.event.node_connected");
  });

  it("modelNodes has a row for a node with only quiet events", () => {
    expect(modelNodes([], [sent("node_params_changed", 9)]).get("n")).toEqual({ state: "unknown" });
  });

  it("modelNodes starts with the previous content of the table", () => {
    const before = [
      {
        nodeId: "n",
        state: "offline" as const,
        sinceMs: 10,
        lastEvent: { type: "rmaker.event.alert" as const, atMs: 20, sentAtMs: 0, deliveryId: "d" },
      },
    ];
    expect([...modelNodes(before, [sent("node_connected", 5)]).values()]).toEqual([
      { state: "offline", sinceMs: 10, lastEventType: "rmaker.event.alert", lastEventAtMs: 20 },
    ]);
  });
});

describe("expectAt", () => {
  const published = [
    {
      id: "1",
      message: { type: "rmaker.event.alert" as const, body: "", attributes: {}, truth: truth("alert", 1) },
    },
    {
      id: "2",
      message: { type: "rmaker.event.alert" as const, body: "{", attributes: {}, truth: undefined },
    },
    {
      id: "3",
      message: {
        type: "rmaker.event.user_node_ota" as const,
        body: "",
        attributes: {},
        truth: truth("user_node_ota", 1),
      },
    },
  ];
  const rule: FilterRule = {
    level: "node",
    entityId: "n",
    eventType: "rmaker.event.alert",
    enabled: true,
    integrations: ["someone else"],
  };
  const webhook = defineWebhook({ name: "w", description: "", events: ["rmaker.event.alert"] });

  it("expectAt expects each message of a wanted type in one place", () => {
    const { delivered, filtered, deadLettered } = expectAt(webhook, published, [], "us");
    expect([[...delivered.keys()], [...filtered], [...deadLettered]]).toEqual([["1"], [], ["2"]]);
  });

  it("expectAt expects events that a rule filters out to be filtered", () => {
    const { delivered, filtered } = expectAt(webhook, published, [rule], "us");
    expect([[...delivered.keys()], [...filtered]]).toEqual([[], ["1"]]);
  });

  it("expectAt expects everything at a webhook that is not filtered", () => {
    const { delivered, deadLettered } = expectAt({ ...webhook, filtered: false }, published, [rule], "us");
    expect([[...delivered.keys()], [...deadLettered]]).toEqual([["1", "2"], []]);
  });
});
