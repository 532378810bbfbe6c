import { describe, expect, it } from "@jest/globals";
import { adviceFor } from "./advice.ts";
import { webhookLoad } from "./load.ts";
import { defineLoaded } from "./testing/define-loaded.ts";

const table = {
  name: "states",
  partitionKey: { name: "id", type: "S" },
  indexes: [{ name: "by-state", partitionKey: { name: "state", type: "S" }, shards: 16 }],
} as const;
const CONNECTIONS = {
  "rmaker.event.node_connected": 1,
  "rmaker.event.node_disconnected": 1,
} as const;

const states = defineLoaded({
  name: "states",
  description: "States.",
  events: ["rmaker.event.node_connected", "rmaker.event.node_disconnected"],
  resources: { table: { kind: "table", env: "STATES", table, actions: ["dynamodb:PutItem"] } },
  load: {
    batchMs: 10,
    recordMs: 1,
    writeUnits: { states: CONNECTIONS, "states/by-state": CONNECTIONS },
  },
});
const lines = defineLoaded({
  name: "lines",
  description: "Lines.",
  events: ["rmaker.event.node_ts_data"],
  load: { batchMs: 10, recordMs: 0.1, streamBytes: 1000 },
});

describe("adviceFor", () => {
  it("adviceFor recommends nothing for a small fleet", () => {
    expect(adviceFor([states, lines], { nodes: 10_000, region: "us-east-1" })).toEqual({
      prepare: new Map(),
      prepareDollars: 0,
      quotas: [],
      instead: [],
    });
  });

  it("adviceFor prepares a table and its index for a storm of a million nodes, and states the price", () => {
    const { prepare, prepareDollars, quotas } = adviceFor([states], {
      nodes: 1_000_000,
      region: "us-east-1",
    });
    expect([...prepare]).toEqual([
      ["states", 14_000],
      ["states/by-state", 14_000],
    ]);
    expect(prepareDollars).toBeCloseTo(2 * 10_000 * 0.00065);
    expect(quotas).toEqual(["SNS: messages/s published by the account: 33,334 (first 30,000)"]);
  });

  it("adviceFor recommends to request a quota of the stream where that of the region is lower", () => {
    // 3,333 events/s of 1,000 bytes, and a quarter more.
    expect(
      adviceFor([lines], { nodes: 1_000_000, region: "us-east-1" }).quotas.join(),
    ).not.toContain("Firehose");
    expect(adviceFor([lines], { nodes: 1_000_000, region: "eu-central-1" }).quotas).toContain(
      "Firehose: bytes/s of lines: 4,166,667 (first 1,048,576)",
    );
  });

  it("adviceFor says what to run instead when an evening is more than a table can write", () => {
    const { quotas, instead } = adviceFor([states, lines], {
      nodes: 400_000_000,
      region: "us-east-1",
    });
    expect(quotas).toContain("DynamoDB: write units/s of states: 69,445 (first 40,000)");
    expect(quotas.join()).not.toContain("by-state");
    expect(instead).toEqual([
      expect.stringMatching(/^5 stages, each with a part of the fleet/),
      expect.stringMatching(/^For the archive Kinesis Data Streams or MSK/),
    ]);
  });
});

describe("webhookLoad", () => {
  const storm = (prepared: boolean) =>
    webhookLoad(states, { nodes: 1_000_000, region: "us-east-1", prepared }).storm;

  it("webhookLoad writes a storm of a million nodes in three minutes if the tables were prepared", () => {
    expect(storm(true)?.drainedAfterS).toBeLessThan(180);
    expect(storm(false)?.drainedAfterS).toBeGreaterThan(400);
    expect(storm(false)?.boundBy).toMatch(/^states/);
  });

  it("webhookLoad has no storm for a webhook that gets no connects", () => {
    const { evening, storm: none } = webhookLoad(lines, {
      nodes: 1_000_000,
      region: "eu-central-1",
      prepared: true,
    });
    expect(none).toBeUndefined();
    expect(evening.boundBy).toBe("Firehose");
  });
});
