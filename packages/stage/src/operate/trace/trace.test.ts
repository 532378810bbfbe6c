import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { alwaysInForce, changedHistory } from "@rainhooks/filter/history";
import { systemKey } from "@rainhooks/filter/rule";
import { memoryHistories } from "@rainhooks/filter/store";
import { deliveryOf } from "@rainhooks/testing/samples";
import { findDelivery } from "./archived-delivery.ts";
import { judge } from "./webhook-results.ts";

const ALERT = "rmaker.event.alert";
const OTHER = "rmaker.event.node_ts_data";
const off = { ...systemKey(ALERT), enabled: false, integrations: [] };
const rules = memoryHistories([
  changedHistory(alwaysInForce({ ...off, enabled: true, integrations: ["us"] }), {
    fromMs: 100,
    rule: off,
  }),
]);
const alert = (sentAtMs: number) =>
  deliveryOf({ event_type: ALERT, event_data: { node_id: "n", message_body: "{}" } }, { sentAtMs });

describe("a search for a delivery", () => {
  it("a search for a delivery finds it by the start of its id, and returns how much it has read", async () => {
    const lines = [1, 2, 3].map((index) =>
      JSON.stringify({ ...alert(index), id: `delivery-${index}` }),
    );
    const server = await startBucketServer({
      b: { "deliveries/2026/11/24/08/a.gz": gzipSync(lines.join("\n")) },
    });
    const archive = { client: server.client, bucket: "b" };
    const hours = { first: "2026/11/24/08", last: "2026/11/24/08", late: [] };
    expect(await findDelivery(archive, hours, "delivery-2")).toMatchObject({
      found: { key: "deliveries/2026/11/24/08/a.gz", line: 2, delivery: { id: "delivery-2" } },
    });
    expect(await findDelivery(archive, hours, "other")).toEqual({ found: undefined, read: 3 });
    await server.stop();
  });
});

describe("the decision of a webhook", () => {
  const decisionOf = (delivery: ReturnType<typeof alert>, more = {}) =>
    judge(delivery, { events: [ALERT], filtered: true, ...more }, { rules, integration: "us" });

  it("the decision of a webhook follows the rules in force when the delivery was published", async () => {
    expect(await decisionOf(alert(99))).toMatchObject({
      kind: "handled",
      decision: { reason: "passed" },
    });
    expect(await decisionOf(alert(100))).toMatchObject({
      kind: "filtered",
      decision: { reason: "disabled", level: "system" },
    });
    expect(await decisionOf(alert(100), { filtered: false })).toMatchObject({ kind: "handled" });
  });

  it("the decision of a webhook includes what it does not want, and what it cannot decode", async () => {
    expect(await decisionOf(alert(1), { events: [OTHER] })).toEqual({ kind: "unwanted" });
    const unknown = deliveryOf({ event_type: "rmaker.event.of_tomorrow" });
    expect(await decisionOf(unknown)).toEqual({ kind: "unwanted" });
    const bad = deliveryOf("not JSON");
    expect(await decisionOf(bad)).toMatchObject({
      kind: "undecodable",
      error: { code: "body-not-json" },
    });
    const badOther = deliveryOf("not JSON", { attributes: { event_type: OTHER } });
    expect(await decisionOf(badOther)).toEqual({ kind: "unwanted" });
    expect(await decisionOf(bad, { takesAll: true })).toEqual({
      kind: "handled",
      event: undefined,
    });
  });
});
