import { describe, expect, it } from "@jest/globals";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { ReplaySelection } from "./replay-job.ts";
import { MAX_LIST, type ReplayQuestion, requestOf } from "./request.ts";
import { type SubscriptionScope, selectorOf } from "./select.ts";

const topics = {
  alert: "arn:aws:sns:us-east-1:1:alerts",
  node_connected: "arn:aws:sns:us-east-1:1:connected",
};
const QUESTION = { webhook: "bell", fromMs: 100, rate: 1, maxDeadLetters: 1 };
const requested = (change: Partial<ReplayQuestion>) =>
  requestOf({ ...QUESTION, ...change }, { topics }, { latestMs: 500, nowMs: 900 });

describe("the request of a replay", () => {
  it("a request ends with what is archived for sure, and is without how to wait for that", () => {
    expect(requested({ wait: true })).toEqual({ ...QUESTION, toMs: 500 });
    expect(requested({ toMs: 900, address: "x".repeat(100) })).toMatchObject({ toMs: 900 });
    expect(requested({ fromMs: 499, ids: Array.from({ length: MAX_LIST }, () => "x") }).toMs).toBe(
      500,
    );
    expect(requested({ events: ["rmaker.event.alert"] }).events).toEqual(["rmaker.event.alert"]);
  });

  it.each<[Partial<ReplayQuestion>, string, field?: string]>([
    [{ toMs: 901 }, "toMs 1970-01-01T00:00:00.901Z is in the future.", "toMs"],
    [{ toMs: 100 }, "fromMs must be before the end.", "fromMs"],
    [{ address: "" }, "address must have 1 to 100 characters.", "address"],
    [{ address: "x".repeat(101) }, "address must have 1 to 100 characters.", "address"],
    [
      {
        events: ["rmaker.event.alert", "rmaker.event.node_ts_data", "rmaker.event.user_node_added"],
      },
      "bell does not get node_ts_data, user_node_added. It gets: alert, node_connected.",
    ],
  ])("a request is refused, case %#", (change, message, field = "") => {
    const mistakes = [field === "" ? {} : { field }];
    expect(thrownBy(change)).toMatchObject({ code: "input-invalid", message, mistakes });
  });

  it("a request with too many ids is refused", () => {
    expect(thrownBy({ ids: Array.from({ length: MAX_LIST + 1 }, () => "x") })).toMatchObject({
      message: "ids has 100001 ids; the maximum is 100000. Select by time, node or event instead.",
    });
  });
});

function thrownBy(change: Partial<ReplayQuestion>): unknown {
  try {
    return requested(change);
  } catch (error) {
    return error;
  }
}

describe("the deliveries of a replay", () => {
  const alert = (more: object, attributes = {}, type = "alert") =>
    deliveryOf(
      { event_type: `rmaker.event.${type}`, event_data: { node_id: "n1", message_body: {} } },
      { id: "a", sentAtMs: 100, topic: "alerts", attributes, ...more },
    );
  const raw = { topic: undefined };
  it.each<
    [
      Delivery,
      selection: Partial<ReplaySelection>,
      type: string | undefined,
      policy?: SubscriptionScope["filterPolicy"],
    ]
  >([
    [alert({}), {}, "alert"],
    [alert({ sentAtMs: 99 }), {}, undefined],
    [alert({ sentAtMs: 199 }), {}, "alert"],
    [alert({ sentAtMs: 200 }), {}, undefined],
    [alert({ topic: "others" }), {}, undefined],
    [alert({ topic: "connected" }), {}, "node_connected"],
    [alert({}), { events: ["rmaker.event.node_connected"] }, undefined],
    [alert({}), { events: ["rmaker.event.alert"] }, "alert"],
    [alert({}), { ids: ["b", "a"] }, "alert"],
    [alert({}), { ids: ["b"] }, undefined],
    [alert({}), { nodes: ["n1"] }, "alert"],
    [alert({}), { nodes: ["n2"] }, undefined],
    [alert({ body: "broken" }, { node_id: "n2" }), { nodes: ["n2"] }, "alert"],
    [alert({ body: "broken" }), { nodes: ["n2"] }, undefined],
    [alert({}, { site: "pune" }), {}, "alert", { site: ["delhi", "pune"] }],
    [alert({}, { site: "agra" }), {}, undefined, { site: ["delhi", "pune"] }],
    [alert({}), {}, undefined, { site: ["delhi"] }],
    // One without a topic came with raw message delivery.
    [alert(raw), {}, "alert"],
    [alert(raw, {}, "node_ts_data"), {}, undefined],
    [alert(raw, {}, "of_tomorrow"), {}, undefined],
    [alert({ ...raw, body: "broken" }), {}, undefined],
    [alert({ ...raw, body: '{"event_type":"rmaker.event.alert"}' }), {}, "alert"],
  ])(
    "a delivery is part of a replay by what was asked for, case %#",
    (delivery, selection, type, filterPolicy = {}) => {
      const select = selectorOf({ fromMs: 100, toMs: 200, ...selection }, { topics, filterPolicy });
      expect(select(delivery)).toBe(type);
    },
  );
});
