import { expect, it } from "@jest/globals";
import { type FleetInRegion, limitsOf, usedShare } from "./binding.ts";
import { defineLoaded } from "./testing/define-loaded.ts";

const CONNECTIONS = {
  "rmaker.event.node_connected": 1,
  "rmaker.event.node_disconnected": 1,
} as const;
const states = defineLoaded({
  name: "states",
  description: "States.",
  events: ["rmaker.event.node_connected", "rmaker.event.node_disconnected"],
  resources: {
    table: {
      kind: "table",
      env: "STATES",
      table: {
        name: "states",
        partitionKey: { name: "id", type: "S" },
        indexes: [{ name: "by-state", partitionKey: { name: "state", type: "S" }, shards: 16 }],
      },
      actions: ["dynamodb:PutItem"],
    },
  },
  load: {
    batchMs: 10,
    recordMs: 1,
    writeUnits: { states: CONNECTIONS, "states/by-state": CONNECTIONS },
  },
});
const lines = defineLoaded({
  name: "lines",
  description: "Lines.",
  events: ["rmaker.event.node_connected", "rmaker.event.node_ts_data"],
  batch: { size: 1000, windowS: 2 },
  load: { batchMs: 10, recordMs: 0.1, streamBytes: 1000 },
});
const MILLION: FleetInRegion = { nodes: 1_000_000, region: "us-east-1" };

function limitOf(start: string, place: FleetInRegion) {
  const [limit] = limitsOf([states, lines], place).filter(({ name }) => name.startsWith(start));
  return limit;
}

it("limitsOf lists the limit that binds first, and those that no quota raises", () => {
  const [first, second] = limitsOf([states], MILLION);
  expect(first).toEqual({
    name: "DynamoDB: write units/s of states/by-state, which no quota raises",
    max: 16_000,
    evening: expect.closeTo(139, 0),
    storm: expect.closeTo(33_333, 0),
  });
  expect(second?.name).toMatch(/^SNS/);
  const shares = limitsOf([states, lines], MILLION).map(usedShare);
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
});

it("limitsOf counts what RainMaker and the stage's AWS IoT publish, whatever the webhooks take", () => {
  expect(limitOf("SNS", MILLION)).toMatchObject({ max: 30_000, storm: expect.closeTo(33_333, 0) });
  expect(limitOf("SNS", { ...MILLION, disconnectReasons: true })?.storm).toBeCloseTo(50_000);
  expect(limitOf("SNS", { ...MILLION, region: "eu-west-1" })?.max).toBe(9000);
  expect(limitOf("SNS", { ...MILLION, region: "mx-central-1" })?.max).toBe(300);
});

it("limitsOf has the three quotas of a stream", () => {
  // 3,402 events/s in the evening, two requests for each 1,000; 16,667/s in a storm.
  expect(limitOf("Firehose: bytes/s", MILLION)).toMatchObject({ max: 5 * 1024 * 1024 });
  expect(limitOf("Firehose: records/s", MILLION)?.storm).toBeCloseTo(16_667, 0);
  expect(limitOf("Firehose: requests/s", MILLION)?.storm).toBeCloseTo(33.3, 1);
  expect(limitOf("Firehose: requests/s", { ...MILLION, region: "eu-central-1" })?.max).toBe(1000);
});

it("limitsOf has the quotas of a new account", () => {
  expect(limitOf("Lambda", MILLION)).toMatchObject({ max: 1000 });
  const small = limitsOf([states], { nodes: 10_000, region: "us-east-1", accountConcurrency: 10 });
  expect(small[0]).toMatchObject({ name: expect.stringMatching(/^Lambda/), max: 10, storm: 10 });
});
