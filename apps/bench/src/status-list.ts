import { BatchWriteItemCommand, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { chunk, decode, mapLimited } from "@rainhooks/core";
import { MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb";
import { countNodes, encodeNode, listNodes, project } from "@rainhooks/node-status";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { formatTable } from "@rainhooks/terminal";
import { deliveryOf } from "@rainhooks/testing";
import { startBenchTables } from "./bench-tables.ts";
import { gate } from "./gate.ts";
import { median } from "./median.ts";
import { METERED_HEADER, Meter, type Metered, meteredRow } from "./metered.ts";

const NODES = 1_000_000;
/** Every fifth node is offline. */
const OFFLINE = NODES / 5;
const PAGE = 100;
const ROUNDS = 25;
const PAGES_SKIPPED = 50;
const FIRST_MS = Date.UTC(2026, 0);
const MAX_CONCURRENT_CALLS = 8;

/** Measures a page of the nodes that are longest offline among a million nodes, compared with reading every row. */
export async function benchStatusList(): Promise<string> {
  const { client, stop } = await startBenchTables([nodeStatusTable]);
  await fill(client);
  const reader = { client, tableName: nodeStatusTable.name };
  const meter = new Meter(client);
  const page = (after?: string) => listNodes(reader, { state: "offline", limit: PAGE, after });

  const first = await repeat(meter, () => page());
  gate(first.result.nodes.length === PAGE, "a page has 100 nodes");
  gate(first.result.nodes[0]?.nodeId === "node-0", "the node that is longest offline comes first");
  let after: string | undefined;
  for (let index = 0; index < PAGES_SKIPPED; index += 1) after = (await page(after)).next;
  const later = await repeat(meter, () => page(after));
  gate(
    later.result.nodes[0]?.nodeId === `node-${5 * PAGE * PAGES_SKIPPED}`,
    "a later page continues in order",
  );
  const counted = await meter.measure(() => countNodes(reader));
  gate(
    counted.result.offline === OFFLINE && counted.result.online === NODES - OFFLINE,
    "all nodes are counted",
  );
  const scanned = await meter.measure(() => scan(client));
  gate(scanned.result === NODES, "a scan reads every row");
  await stop();
  return [
    `Node status, ${NODES} nodes, ${OFFLINE} of them offline`,
    formatTable(METERED_HEADER, [
      meteredRow(`first page of ${PAGE} offline, longest first`, first),
      meteredRow(`page ${PAGES_SKIPPED + 1} of the same list`, later),
      meteredRow("number of nodes in each state", counted),
      meteredRow("reading every row", scanned),
    ]),
  ].join("\n");
}

/** Runs `work` in several rounds and returns the round with the median time. */
async function repeat<Result>(
  meter: Meter,
  work: () => Promise<Result>,
): Promise<Metered & { readonly result: Result }> {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await meter.measure(work));
  const ms = median(rounds.map((round) => round.ms));
  return rounds.find((round) => round.ms === ms) ?? meter.measure(work);
}

/** Writes rows as the projection makes them, with parallel calls. */
async function fill(client: DynamoDBClient): Promise<void> {
  const indexes = Array.from({ length: NODES }, (_, index) => index);
  await mapLimited(chunk(indexes, MAX_WRITES_PER_CALL), MAX_CONCURRENT_CALLS, (batch) =>
    client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [nodeStatusTable.name]: batch.map((index) => ({ PutRequest: { Item: rowOf(index) } })),
        },
      }),
    ),
  );
}

function rowOf(index: number) {
  const node_id = `node-${index}`;
  const atMs = FIRST_MS + index * 1000 + 1;
  const info = { name: `Kitchen ${index}`, fw_version: "1.4.2", type: "esp.device.light", model: "esp32c3" };
  const events = [
    eventOf("node_config_changed", atMs - 60_000, { node_id, config: { info } }),
    eventOf("node_connected", atMs - 60_000, { node_id }),
    eventOf("user_node_added", atMs - 60_000, {
      user_id: `user-${index}`,
      nodes: [node_id],
      user_role: "primary",
    }),
    ...(index % 5 === 0 ? [eventOf("node_disconnected", atMs, { node_id })] : []),
  ];
  return encodeNode(project(events, 0), node_id);
}

function eventOf(type: string, timestamp: number, event_data: object) {
  const body = { event_type: `rmaker.event.${type}`, timestamp, event_data };
  const decoded = decode(deliveryOf(body, { sentAtMs: timestamp + 120 }));
  if (decoded.kind !== "event") throw new Error(`${type} is not an event: ${JSON.stringify(decoded)}`);
  return decoded.event;
}

async function scan(client: DynamoDBClient): Promise<number> {
  let rows = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: nodeStatusTable.name }))
    rows += Items.length;
  return rows;
}
