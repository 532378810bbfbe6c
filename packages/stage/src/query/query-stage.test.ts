import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "@jest/globals";
import type { StageAccess } from "../stage-access.ts";
import { queryStage } from "./query-stage.ts";

const dynamodb = new DynamoDBClient({ region: "eu-west-1" });

/** A stage with these tables. */
function reachedWith(tables: Readonly<Record<string, string>>): StageAccess {
  return { outputs: { stage: "dev", tables }, clients: { dynamodb } } as unknown as StageAccess;
}

const NAMES = [
  "node-status",
  "node-timeline",
  "fleet-samples",
  "time-series",
  "time-series-rollups",
  "alarms",
  "watch-rules",
  "attempts",
  "destinations",
];

describe("a stage that was reached", () => {
  it("a stage is queried in its own tables, with all permissions to read, at the current time", () => {
    const tables = Object.fromEntries(NAMES.map((name) => [name, `table-of-${name}`]));
    const { stage, stores, nowMs, permissions } = queryStage(reachedWith(tables));
    expect([stage, permissions]).toEqual(["dev", ["read", "attempts"]]);
    expect(Math.abs(nowMs() - Date.now())).toBeLessThan(60_000);
    expect(stores.nodes).toEqual({ client: dynamodb, tableName: "table-of-node-status" });
    expect(stores.timelines.tableName).toBe("table-of-node-timeline");
    expect(stores.samples.samplesTableName).toBe("table-of-fleet-samples");
    // Only processes with the clock of AWS may write rollups.
    expect(stores.series).toMatchObject({
      tableName: "table-of-time-series",
      rollupsTableName: "table-of-time-series-rollups",
      keepsRollups: false,
    });
    expect(stores.tableOf("alarms").tableName).toBe("table-of-alarms");
    expect(stores.tableOf("watch-rules").tableName).toBe("table-of-watch-rules");
    expect(stores.tableOf("attempts").tableName).toBe("table-of-attempts");
    expect(stores.tableOf("destinations").tableName).toBe("table-of-destinations");
  });

  it("a stage may lack tables: the error comes when one of them is needed", () => {
    const { stores } = queryStage(reachedWith({ "node-status": "n" }));
    expect(stores.nodes.tableName).toBe("n");
    expect(() => stores.timelines).toThrow("node-timeline");
    expect(() => stores.tableOf("alarms").tableName).toThrow("alarms");
  });
});
