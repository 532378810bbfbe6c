import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SAVED_QUERIES } from "@rainhooks/archive/saved-queries";
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
const bare = { ...written, id: "bare", sentAtMs: AT_MS + 1, attributes: undefined };

describe("a query of local files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "archive-"));
    await archive(folder, [written, bare]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("a query of local files finds the columns of the archive", async () => {
    const { columns, rows } = await queryFiles(
      folder,
      "SELECT * FROM deliveries ORDER BY sentatms, id",
    );
    expect(columns).toEqual(["id", "sentatms", "topic", "attributes", "body", "hour"]);
    const rest = [written.topic, written.attributes, BODY, "2026/11/24/08"];
    expect(rows).toEqual([
      ["by-function", AT_MS, ...rest],
      ["bare", AT_MS + 1, written.topic, null, BODY, "2026/11/24/08"],
    ]);
  });

  it("a query of local files returns times in UTC, whatever the zone of the machine is", async () => {
    const { DuckDBTimestampTZValue } = await import("@duckdb/node-api");
    DuckDBTimestampTZValue.timezoneOffsetInMinutes = 330;
    const sql =
      "SELECT from_unixtime(sentatms / 1000) AS at FROM deliveries WHERE id = 'by-function'";
    expect((await queryFiles(folder, sql)).rows).toEqual([["2026-11-24T08:00:00.001Z"]]);
  });

  async function archive(place: string, deliveries: readonly object[]) {
    const hour = join(place, "deliveries/2026/11/24/08");
    await mkdir(hour, { recursive: true });
    const lines = deliveries.map((line) => `${JSON.stringify(line)}\n`);
    await writeFile(join(hour, "one.data"), gzipSync(lines.join("")));
  }

  async function rowsOf(place: string, sql: string) {
    const onThatDay = sql
      .replaceAll("current_date - interval '7' day", "DATE '2026-11-01'")
      .replaceAll("current_date", "DATE '2026-11-24'")
      .replaceAll("NODE_ID", "kitchen");
    return (await queryFiles(place, onThatDay)).rows;
  }

  it("a query returns a delivery once that is archived twice, and no delivery without a node among those of nodes", async () => {
    const [connected, disconnected] = ["node_connected", "node_disconnected"].map(
      (name) => `sns_${name}`,
    );
    const one = { ...written, id: "1", topic: connected };
    const broken = { ...one, id: "4", body: "{ broken", attributes: {} };
    const place = join(folder, "twice");
    await archive(place, [
      one,
      one,
      { ...one, id: "2" },
      { ...one, id: "3", topic: disconnected },
      broken,
    ]);
    const saved = async (name: string, from = place) =>
      rowsOf(from, SAVED_QUERIES.find((query) => query.name === name)?.sql ?? "");
    expect(await saved("connections-per-node")).toEqual([["kitchen", 2, 1]]);
    expect(await saved("deliveries-per-topic-today")).toEqual([
      [connected, 3],
      [disconnected, 1],
    ]);
    expect(await saved("busiest-nodes-today")).toEqual([
      ["kitchen", connected, 2],
      ["kitchen", disconnected, 1],
    ]);
    expect(await saved("events-of-a-node")).toHaveLength(3);
    const alerts = join(folder, "alerts");
    await archive(alerts, [written, written, { ...written, id: "another" }]);
    const alert = [expect.anything(), "kitchen", BODY];
    expect(await saved("alerts-today", alerts)).toEqual([alert, alert]);
    expect(await saved("deliveries-archived-twice")).toEqual([["1", 2]]);
  });

  it.each(SAVED_QUERIES)("a query of local files runs $name on both", async ({ sql }) => {
    const rows = await rowsOf(folder, sql);
    expect(rows.length > 0 || sql.includes("HAVING") || sql.includes("connects")).toBe(true);
  });
});
