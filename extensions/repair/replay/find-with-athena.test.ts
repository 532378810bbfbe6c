import { describe, expect, it } from "@jest/globals";
import { findSql } from "./find-with-athena.ts";

const request = { webhook: "bell", fromMs: 100, toMs: 900, rate: 50, maxDeadLetters: 1 };
const hours = { first: "2026/11/24/08", last: "2026/11/24/09", late: [] };

describe("the query with which Athena finds deliveries", () => {
  const topics = {
    alert: "arn:aws:sns:us-east-1:1:esp_rainmaker_sns_node_alert",
    node_connected: "arn:aws:sns:us-east-1:1:esp_rainmaker_sns_node_connected",
  };

  it("reads only the folders of the replay, and the topics of the webhook", () => {
    expect(findSql("deliveries", request, hours, { topics })).toBe(
      `SELECT id, "$path" AS path FROM deliveries WHERE (hour BETWEEN '2026/11/24/08' AND '2026/11/24/09') AND sentatms >= 100 AND sentatms < 900 AND (topic IS NULL OR topic IN ('esp_rainmaker_sns_node_alert', 'esp_rainmaker_sns_node_connected'))`,
    );
  });

  it("selects by event, node and id, whatever characters they have", () => {
    const some = { ...request, events: ["rmaker.event.alert"] as const, nodes: ["it's"], ids: ["a", "b"] };
    const sql = findSql("deliveries", some, { ...hours, late: ["2026/11/25/01"] }, { topics });
    expect(sql).toContain("OR hour IN ('2026/11/25/01')");
    expect(sql).toContain("topic IN ('esp_rainmaker_sns_node_alert'))");
    expect(sql).toContain("id IN ('a', 'b')");
    expect(sql).toContain("(strpos(body, 'it''s') > 0 OR element_at(attributes, 'node_id') = 'it''s')");
  });
});
