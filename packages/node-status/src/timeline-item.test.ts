import { describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { DAY_MS } from "@rainhooks/core/durations";
import { deliveryOf } from "@rainhooks/testing/samples";
import {
  alertItem,
  decodeAlert,
  decodeTransitions,
  entryKey,
  transitionItems,
} from "./timeline-item.ts";
import type { Transition } from "./transition.ts";

const AT_MS = 1_700_000_000_500;
const online = (atMs: number): Transition => ({ atMs, state: "online" });

describe("transitions in the timeline", () => {
  it("transitions are one item, which begins with the first and expires after the last", () => {
    const transitions = [online(AT_MS), online(AT_MS + DAY_MS)];
    const [item = {}, ...more] = transitionItems("n", transitions, 2 * DAY_MS);
    expect(more).toEqual([]);
    expect(item["nodeId"]).toEqual({ S: "n" });
    expect(item["item"]?.S).toMatch(/^transitions#0001700000000500#[\w-]{11}$/);
    expect(item["expiresAtS"]).toEqual({ N: String(1_700_000_001 + 3 * 86_400) });
    expect(decodeTransitions(item)).toEqual(transitions);
  });

  it("transitions are in several items when they are far apart", () => {
    const transitions = [
      online(AT_MS),
      online(AT_MS + 32 * DAY_MS),
      online(AT_MS + 32 * DAY_MS + 1),
    ];
    const items = transitionItems("n", transitions, DAY_MS);
    expect(items.map(decodeTransitions)).toEqual([transitions.slice(0, 2), transitions.slice(2)]);
  });

  it("transitions do not overwrite others that begin at the same time", () => {
    const keys = [[online(AT_MS)], [online(AT_MS), online(AT_MS + 1)]].map(
      (transitions) => transitionItems("n", transitions, DAY_MS)[0]?.["item"]?.S,
    );
    expect(new Set(keys).size).toBe(2);
  });

  it("an item of another kind has no transitions", () => {
    expect(decodeTransitions({})).toEqual([]);
  });
});

describe("alerts in the timeline", () => {
  const eventOf = (type: string) => {
    const body = {
      event_type: `rmaker.event.${type}`,
      timestamp: AT_MS,
      event_data: { node_id: "n", message_body: { "esp.alert.str": "hot" } },
    };
    const decoded = decode(deliveryOf(body, { id: "d#1", sentAtMs: AT_MS }));
    if (decoded.kind !== "event") throw new Error("not an event");
    return decoded.event;
  };

  it("alerts are decoded as they were encoded", () => {
    const item = alertItem(eventOf("alert"), DAY_MS) ?? {};
    expect(item["item"]?.S).toBe(`${entryKey("alert", AT_MS)}#d#1`);
    expect(item["expiresAtS"]).toEqual({ N: String(1_700_000_001 + 86_400) });
    expect(decodeAlert(item)).toEqual({ atMs: AT_MS, text: "hot", deliveryId: "d#1" });
  });

  it("alert items are made of alerts only", () => {
    expect(alertItem(eventOf("node_connected"), DAY_MS)).toBeUndefined();
  });
});
