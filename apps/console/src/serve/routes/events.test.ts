import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { StageSource } from "@rainhooks/stage/stage-source";
import { RememberedDeliveries } from "../recent-deliveries.ts";
import { eventRoutes } from "./events.ts";

const ROWS = 60;
const NODES = 3;

/** The feed of a stage with as many deliveries as a screen shows, each about one of a few nodes. */
async function startFeed() {
  const lines = Array.from({ length: ROWS }, (_, index) => ({
    kind: "delivery",
    delivery: {
      id: `d${index}`,
      sentAtMs: index,
      topic: "arn:t",
      attributes: {},
      body: JSON.stringify({
        event_type: "rmaker.event.node_connected",
        event_data: { node_id: `n${index % NODES}` },
      }),
    },
  }));
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.end([...lines, { kind: "live" }].map((line) => `${JSON.stringify(line)}\n`).join(""));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

test("the live tail reads the name of each node once for a screen of rows, and keeps their order", async () => {
  const server = await startFeed();
  let reads = 0;
  const send = async () => {
    reads += 1;
    return { Item: { config: { M: { name: { S: "Lamp" } } } } };
  };
  const stage = {
    outputs: { stage: "dev", tables: { "node-status": { tableName: "status" } } },
    clients: { dynamodb: { send } },
    local: { file: { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } },
  };
  const source = new StageSource(async () => stage as unknown as StageAccess);
  source.look = source.get;
  const response = await eventRoutes(source, [], [], new RememberedDeliveries()).request("/live");
  const lines = (await response.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; delivery?: { id: string; name: string } });
  server.close();
  expect(lines.map(({ delivery }) => delivery?.id)).toEqual([
    ...Array.from({ length: ROWS }, (_, index) => `d${index}`),
    undefined,
  ]);
  expect(lines[0]?.delivery?.name).toBe("Lamp");
  expect(reads).toBe(NODES);
});
