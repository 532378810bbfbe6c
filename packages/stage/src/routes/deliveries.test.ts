import { describe, expect, it, test } from "@jest/globals";
import { EVENT_SAMPLES } from "@rainhooks/testing/event-samples";
import { deliveryOf } from "@rainhooks/testing/samples";
import { deliveryFilter } from "../describe-delivery.ts";
import { deliveryRow } from "./deliveries.ts";

const bodyOf = (type: string, data: object) => ({
  event_type: `rmaker.event.${type}`,
  event_data: data,
});
const ALERT = deliveryOf(
  bodyOf("alert", { node_id: "n1", message_body: { "esp.alert.str": "Leak" } }),
);

describe("a filter of deliveries", () => {
  test.each([
    [{}, true],
    [{ type: "alert" }, true],
    [{ type: "node_connected" }, false],
    [{ node: "n1" }, true],
    [{ node: "n" }, false],
    [{ text: "lEAK" }, true],
    [{ text: ALERT.id.toUpperCase() }, true],
    [{ text: ALERT.id.slice(1) }, false],
    [{ text: "fire" }, false],
    [{ type: "alert", node: "n3", text: "leak" }, false],
  ])("%j: %s", (filter, expected) => {
    expect(
      deliveryFilter({ node: undefined, type: undefined, text: undefined, ...filter })(ALERT),
    ).toBe(expected);
  });
});

describe("the row of a delivery", () => {
  test.each([
    ["node_connected", {}, "online"],
    ["node_disconnected", {}, "offline"],
    ["alert", { message_body: { "esp.alert.str": "Too hot" } }, "Too hot"],
    [
      "node_config_changed",
      { config: { info: { fw_version: "1.1.0", name: "Lamp" } } },
      "firmware 1.1.0, name Lamp",
    ],
    [
      "node_params_changed",
      { payload: { Light: { Power: true, Level: 40 } } },
      "Power true, Level 40",
    ],
    [
      "node_ts_data",
      {
        ts_data: [
          { name: "Room.Temperature", dt: "float", records: [{ t: 1_790_000_000, v: 24.700001 }] },
        ],
      },
      "Temperature 24.7",
    ],
    ["existing_tags_attached", { tags: ["site:pune"] }, 'tags ["site:pune"]'],
  ])("the row of %s says what happened", (type, data, expected) => {
    const { summary, nodes } = deliveryRow(
      deliveryOf(bodyOf(type, { node_id: "n1", user_id: "u1", ...data })),
    );
    expect([summary, nodes]).toEqual([expected, ["n1"]]);
  });

  it("the row of every event is on one line, says something, and is short", () => {
    for (const body of EVENT_SAMPLES) {
      const { type, summary } = deliveryRow(deliveryOf(body));
      expect([type, summary]).toEqual([type, expect.stringMatching(/^[^\n]{3,160}$/)]);
    }
  });
});
