import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SAVED_QUERIES } from "@rainhooks/archive/define";
import { queryFiles } from "./duckdb.ts";

const AT_MS = Date.UTC(2026, 10, 24, 8, 0, 0, 1);
const BODY = '{"event_type":"rmaker.event.alert","event_data":{"node_id":"kitchen"}}';

const written = {
  id: "by-function",
  sentAtMs: AT_MS,
  topic: "esp_rainmaker_sns_node_alert",
  attributes: { node_id: "kitchen" },
  body: BODY,
};
const notification = {
  Type: "Notification",
  MessageId: "by-firehose",
  TopicArn: "arn:aws:sns:us-east-1:123456789012:esp_rainmaker_sns_node_alert",
  Message: BODY,
  Timestamp: "2026-11-24T08:00:00.002Z",
  UnsubscribeURL: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
  MessageAttributes: { node_id: { Type: "String", Value: "kitchen" } },
};
const bare = { ...notification, MessageId: "bare", MessageAttributes: undefined };

describe("a query of local files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "archive-"));
    const hour = join(folder, "deliveries/2026/11/24/08");
    await mkdir(hour, { recursive: true });
    const lines = [written, notification, bare].map((line) => `${JSON.stringify(line)}\n`);
    await writeFile(join(hour, "one.data"), gzipSync(lines.join("")));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("finds the same columns in what a function wrote, and in what SNS wrote itself", async () => {
    const { columns, rows } = await queryFiles(folder, "SELECT * FROM deliveries ORDER BY sentatms, id");
    expect(columns).toEqual(["id", "sentatms", "topic", "attributes", "body", "hour"]);
    const rest = [written.topic, written.attributes, BODY, "2026/11/24/08"];
    expect(rows).toEqual([
      ["by-function", AT_MS, ...rest],
      ["bare", AT_MS + 1, written.topic, null, BODY, "2026/11/24/08"],
      ["by-firehose", AT_MS + 1, ...rest],
    ]);
  });

  it.each(SAVED_QUERIES)("runs $name on both", async ({ sql }) => {
    const all = sql
      .replaceAll("current_date - interval '7' day", "DATE '2026-11-01'")
      .replaceAll("current_date", "DATE '2026-11-24'")
      .replaceAll("NODE_ID", "kitchen");
    const { rows } = await queryFiles(folder, all);
    expect(rows.length > 0 || sql.includes("HAVING") || sql.includes("connects")).toBe(true);
  });
});
