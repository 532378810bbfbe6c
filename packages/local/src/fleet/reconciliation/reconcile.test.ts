import { describe, expect, it } from "@jest/globals";
import type { FilterRule } from "@rainhooks/filter/rule";
import { defineWebhook } from "@rainhooks/webhook/define";
import type { EventTruth } from "../message.ts";
import { compareStates, expectAt } from "./reconcile.ts";

function truth(type: string, atMs: number, nodeIds: readonly string[] = ["n"]): EventTruth {
  return {
    type: `rmaker.event.${type}` as EventTruth["type"],
    atMs,
    nodeIds,
    userId: "u",
    readings: [],
  };
}

const CONNECTED = "node_connected";
const DISCONNECTED = "node_disconnected";
const row = (state: "online" | "offline" | "unknown", sinceMs?: number) => ({
  nodeId: "n",
  state,
  sinceMs,
});

describe("compareStates", () => {
  it.each([
    [
      "the newest of its events decides",
      [],
      [
        [DISCONNECTED, 5],
        [CONNECTED, 7],
        [CONNECTED, 1],
      ],
      row("online", 7),
    ],
    ["the row before can be newer", [row("offline", 10)], [[CONNECTED, 5]], row("offline", 10)],
    [
      "either of two at the same time can be the last",
      [],
      [
        [CONNECTED, 5],
        [DISCONNECTED, 5],
      ],
      row("online", 5),
    ],
    ["other events make a row", [], [["node_params_changed", 9]], row("unknown", undefined)],
  ] as const)("compareStates finds a row right: %s", (_, before, events, stored) => {
    const truths = events.map(([type, atMs]) => truth(type, atMs));
    expect(compareStates(before, truths, [stored])).toEqual({ nodes: 1, problems: [] });
  });

  it("compareStates finds rows that are wrong, missing or not expected", () => {
    const events = [truth(CONNECTED, 5), truth(CONNECTED, 5, ["gone"])];
    const rows = [row("offline", 5), { ...row("online", 5), nodeId: "ghost" }];
    expect(compareStates([], events, rows)).toEqual({
      nodes: 2,
      problems: [
        "node n should be online since 5, and is offline since 5",
        "node gone should be online since 5, and is missing",
        "node ghost should not be there",
      ],
    });
  });
});

describe("expectAt", () => {
  const published = [
    {
      id: "1",
      message: {
        type: "rmaker.event.alert" as const,
        body: "",
        attributes: {},
        truth: truth("alert", 1),
      },
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
    const { delivered, deadLettered } = expectAt(
      { ...webhook, filtered: false },
      published,
      [rule],
      "us",
    );
    expect([[...delivered.keys()], [...deadLettered]]).toEqual([["1", "2"], []]);
  });
});
