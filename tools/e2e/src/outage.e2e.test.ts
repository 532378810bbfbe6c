import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { HOUR_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { countNodes } from "@rainhooks/node-status/list";
import { readNode } from "@rainhooks/node-status/read-node";
import { readPoints } from "@rainhooks/time-series/read-points";
import { createTables, OutageWorld, type Service, SIMULATED } from "./outage-world.ts";

const START_MS = Date.UTC(2026, 10, 25, 12);
const NODES = 30;

/*
 * Nothing here waits: queues and clock are simulated, handlers and tables are real.
 */
describe("an outage", () => {
  let tables: TestTables;
  let world: OutageWorld;
  let published: string[];

  beforeEach(async () => {
    tables = await startTables();
    await createTables(tables);
    world = new OutageWorld(tables, SIMULATED, START_MS);
    published = [];
  });
  afterEach(() => tables.stop());

  function publish(type: string, topic: string, data: object): void {
    const id = `${type}-${published.length}`;
    published.push(id);
    const body = { EventType: `rmaker.event.${type}`, Timestamp: world.nowMs, EventData: data };
    world.publish(id, `esp_rainmaker_sns_${topic}`, JSON.stringify(body));
  }

  /**
   * Publishes the events of a node that connects and sends a reading, sometimes with an undecodable
   * message between them.
   */
  function publishNode(index: number): void {
    const node_id = `n${index}`;
    publish("node_connected", "node_connected", { node_id });
    publish("node_ts_data", "node_ts_data", {
      node_id,
      name: "t",
      dt: "int",
      t: world.nowMs / 1000,
      v: index,
    });
    if (index % 10 !== 0) return;
    const id = `poison-${index}`;
    published.push(id);
    world.publish(id, "esp_rainmaker_sns_node_alert", "not JSON");
  }

  const deadLettersOf = (name: string) => world.queuesOf(name).deadLetters.peek();

  test.each<[string, Service[], number]>([
    ["an hour of DynamoDB", ["dynamodb"], HOUR_MS],
    ["an hour of Firehose", ["firehose"], HOUR_MS],
    ["an hour of the SQS that functions call", ["sqs"], HOUR_MS],
    ["a day of DynamoDB", ["dynamodb"], 24 * HOUR_MS],
    ["a day of Firehose", ["firehose"], 24 * HOUR_MS],
    ["a day of both", ["dynamodb", "firehose"], 24 * HOUR_MS],
  ])(
    "an outage of %s loses nothing, dead-letters nothing valid, and needs no operator",
    async (_, services, outageMs) => {
      world.setDown(services);
      for (let index = 0; index < NODES; index++) {
        publishNode(index);
        await world.runUntil(START_MS + (outageMs * (index + 1)) / NODES);
      }
      const waiting = world.queuesOf("node-status").queue.peek();
      if (services.includes("dynamodb")) {
        expect(waiting.length).toBeGreaterThanOrEqual(2 * NODES);
        expect(Math.max(...waiting.map(({ receives }) => receives))).toBeLessThan(400 / 3);
        // Undecodable messages do not wait for DynamoDB: they are already in the dead-letter queue.
        expect(deadLettersOf("node-status")).toHaveLength(NODES / 10);
      }
      world.setDown([]);
      await world.runUntil(world.nowMs + 901_000);

      for (const { name } of SIMULATED) expect(world.queuesOf(name).queue.peek()).toEqual([]);
      const deadLetters = SIMULATED.flatMap(({ name }) => deadLettersOf(name));
      expect(deadLetters.every(({ attributes }) => attributes["reason"] !== undefined)).toBe(true);
      expect(deadLetters.map(({ body }) => JSON.parse(body).Message)).toEqual(
        Array.from({ length: (NODES / 10) * 2 }, () => "not JSON"),
      );
      expect(world.archived).toEqual(new Set(published));
      const client = tables.client;
      expect(await countNodes({ client, tableName: "node-status" })).toEqual({
        online: NODES,
        offline: 0,
        unknown: 0,
      });
      for (let index = 0; index < NODES; index++) {
        const nodeId = `n${index}`;
        expect(await readNode({ client, tableName: "node-status" }, nodeId)).toMatchObject({
          state: "online",
        });
        const range = { nodeId, name: "t", fromMs: 0, toMs: 2e12 };
        const points = await readPoints({ client, tableName: "time-series" }, range, 0);
        expect(points.map(({ value }) => value)).toEqual([index]);
      }
    },
  );

  it("an outage of five days moves everything to the dead-letter queues without a reason, ready for a redrive", async () => {
    world.setDown(["dynamodb"]);
    publishNode(1);
    await world.runUntil(START_MS + 4 * 24 * HOUR_MS);
    expect(deadLettersOf("node-status")).toEqual([]);
    await world.runUntil(START_MS + 5 * 24 * HOUR_MS);
    const letters = deadLettersOf("node-status");
    expect(letters.map(({ attributes }) => attributes)).toEqual([{}, {}]);
    expect(letters.every(({ sentAtMs }) => sentAtMs === START_MS)).toBe(true);
  });
});
