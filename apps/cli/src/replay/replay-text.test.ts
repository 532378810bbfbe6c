import { describe, expect, it } from "@jest/globals";
import { findSql, NO_COUNTS, type ReplayJob } from "@rainhooks/operate";
import { progressText } from "./progress.ts";

const request = { webhook: "bell", fromMs: 100, toMs: 900, rate: 50, maxDeadLetters: 1 };
const hours = { first: "2026/11/24/08", last: "2026/11/24/09", late: [] };

describe("the query with which Athena finds deliveries", () => {
  const topics = {
    alert: "arn:aws:sns:us-east-1:1:esp_rainmaker_sns_node_alert",
    node_connected: "arn:aws:sns:us-east-1:1:esp_rainmaker_sns_node_connected",
  };
  const target = { queueUrl: "q", deadLetterQueueUrl: "d", subscribed: { topics }, needsAddress: false };

  it("reads only the folders of the replay, and the topics of the webhook", () => {
    expect(findSql("deliveries", request, hours, target)).toBe(
      `SELECT id, "$path" AS path FROM deliveries WHERE (hour BETWEEN '2026/11/24/08' AND '2026/11/24/09') AND sentatms >= 100 AND sentatms < 900 AND (topic IS NULL OR topic IN ('esp_rainmaker_sns_node_alert', 'esp_rainmaker_sns_node_connected'))`,
    );
  });

  it("selects by event, node and id, whatever characters they have", () => {
    const some = { ...request, events: ["rmaker.event.alert"] as const, nodes: ["it's"], ids: ["a", "b"] };
    const sql = findSql("deliveries", some, { ...hours, late: ["2026/11/25/01"] }, target);
    expect(sql).toContain("OR hour IN ('2026/11/25/01')");
    expect(sql).toContain("topic IN ('esp_rainmaker_sns_node_alert'))");
    expect(sql).toContain("id IN ('a', 'b')");
    expect(sql).toContain("(strpos(body, 'it''s') > 0 OR element_at(attributes, 'node_id') = 'it''s')");
  });
});

describe("the progress of a replay", () => {
  const job: ReplayJob = {
    ...{
      id: "job-1",
      request,
      state: "running",
      startedBy: "me",
      createdAtMs: 0,
      updatedAtMs: 0,
      version: 1,
    },
    ...{ hours, planned: 2000, counts: { ...NO_COUNTS, matched: 500, sent: 499 }, resumed: 0, problems: [] },
  };

  it("has its rate and the time that is left", () => {
    expect(progressText(job, 100)).toBe("499 of 2,000 sent, 100 per second, 15 s left");
    // Before anything is measured, it is the rate that was asked for.
    expect(progressText(job, 0)).toBe("499 of 2,000 sent, 0 per second, 30 s left");
  });

  it("says what it waits for", () => {
    expect(progressText(job, 0, "20,001 messages wait for bell")).toBe(
      "499 of 2,000 sent, waiting: 20,001 messages wait for bell",
    );
  });
});
