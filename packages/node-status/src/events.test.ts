import { expect, test } from "@jest/globals";
import { CATALOG } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import { nodesOf } from "@rainhooks/core/event";
import { SAMPLES_BY_TYPE } from "@rainhooks/testing/event-samples";
import { NODE_STATUS_EVENTS } from "./events.ts";

/**
 * Events that name a node, and say nothing of it: about an alarm of this stage, and one whose topic
 * nobody documents.
 */
const WITHOUT = ["alarm_changed", "user_node_sharing_remove"];

test("node status gets every event that is about a node", () => {
  const about = CATALOG.flatMap(({ type }) => {
    const name = type.replace(/^\w+\.event\./, "");
    const sample = SAMPLES_BY_TYPE.get(name);
    const decoded = decode({
      id: "d",
      sentAtMs: 0,
      topic: "",
      attributes: {},
      body: JSON.stringify(sample),
    });
    return decoded.kind === "event" && nodesOf(decoded.event).length > 0 && !WITHOUT.includes(name)
      ? [type]
      : [];
  });
  expect(about.length).toBeGreaterThan(10);
  expect([...NODE_STATUS_EVENTS].toSorted()).toEqual(about.toSorted());
});
