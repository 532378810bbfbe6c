import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { readNode } from "@rainhooks/node-status/read-node";
import { fuzz, fuzzTimeoutMs, hostileBody } from "@rainhooks/testing/hostile";
import { readPoints } from "@rainhooks/time-series/read-points";
import fc from "fast-check";
import { createTables, OutageWorld, SIMULATED } from "./outage-world.ts";

const NOW_MS = Date.UTC(2026, 10, 25, 12);

/** Checks that the result of a valid record among hostile ones exists. */
type Found = (world: OutageWorld, tables: TestTables, id: string) => Promise<boolean>;

const FOUND: ReadonlyMap<string, Found> = new Map<string, Found>([
  ["archive", async ({ archived }, _, id) => archived.has(id)],
  ["hello", async ({ logged }, _, id) => logged.has(id)],
  [
    "node-status",
    async (_, { client }, id) =>
      (await readNode({ client, tableName: "node-status" }, id))?.state === "online",
  ],
  [
    "time-series",
    async (_, { client }, nodeId) => {
      const range = { nodeId, name: "t", fromMs: 0, toMs: 2e12 };
      return (await readPoints({ client, tableName: "time-series" }, range, 0)).length === 1;
    },
  ],
]);

/** Creates a valid event for a webhook, with its own id. */
function goodBody(webhook: string, node_id: string): string {
  const reading = { name: "t", dt: "int", t: NOW_MS / 1000, v: 1 };
  const event =
    webhook === "time-series"
      ? { EventType: "rmaker.event.node_ts_data", EventData: { node_id, ...reading } }
      : { EventType: "rmaker.event.node_connected", EventData: { node_id } };
  return JSON.stringify({ ...event, Timestamp: NOW_MS });
}

describe("the handler of", () => {
  let tables: TestTables;
  let sequence = 0;

  beforeAll(async () => {
    tables = await startTables();
    await createTables(tables);
  });
  afterAll(() => tables.stop());

  /** Makes a webhook handle hostile bodies between two valid ones; returns the ids of those. */
  async function work(
    world: OutageWorld,
    name: string,
    bodies: readonly [body: string, raw: boolean][],
  ) {
    sequence += 1;
    const topic = "esp_rainmaker_sns_node_connected";
    const first = `before-${sequence}`;
    const last = `after-${sequence}`;
    world.publish(first, topic, goodBody(name, first));
    for (const [index, [body, raw]] of bodies.entries()) {
      // SQS rejects empty messages, so with raw message delivery there are none.
      if (raw) world.queuesOf(name).queue.send(body || " ");
      else world.publish(`hostile-${sequence}-${index}`, topic, body);
    }
    world.publish(last, topic, goodBody(name, last));
    await world.runUntil(NOW_MS);
    return [first, last];
  }

  it.each(SIMULATED.map((webhook) => [webhook.name, webhook] as const))(
    "%s handles any input: no throw, valid neighbours are handled, every failure has a reason",
    async (name, webhook) => {
      const bodies = fc.array(fc.tuple(hostileBody, fc.boolean()), { minLength: 1, maxLength: 6 });
      await fuzz(
        fc.asyncProperty(bodies, async (hostile) => {
          const world = new OutageWorld(tables, [webhook], NOW_MS);
          const neighbours = await work(world, name, hostile);
          const { queue, deadLetters } = world.queuesOf(name);
          expect(queue.peek().map(({ body }) => body.slice(0, 300))).toEqual([]);
          for (const { attributes } of deadLetters.peek()) {
            expect(attributes["reason"]?.StringValue).toBeTruthy();
            expect(attributes["error_code"]?.StringValue).not.toBe("unexpected");
          }
          for (const id of neighbours)
            expect(await FOUND.get(name)?.(world, tables, id)).toBe(true);
          expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
        }),
      );
    },
    fuzzTimeoutMs(),
  );
});
