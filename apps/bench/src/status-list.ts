import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { countNodes, listNodes } from "@rainhooks/node-status";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { formatTable } from "@rainhooks/terminal";
import { startBenchTables } from "./bench-tables.ts";
import { fillNodeStatus, OFFLINE_EVERY } from "./fill-node-status.ts";
import { gate } from "./gate.ts";
import { median } from "./median.ts";
import { METERED_HEADER, Meter, type Metered, meteredRow } from "./metered.ts";

const NODES = 1_000_000;
const OFFLINE = NODES / OFFLINE_EVERY;
const PAGE = 100;
const ROUNDS = 25;
const PAGES_SKIPPED = 50;

/** Measures a page of the nodes that are longest offline among a million nodes, compared with reading every row. */
export async function benchStatusList(): Promise<string> {
  const { client, stop } = await startBenchTables([nodeStatusTable]);
  await fillNodeStatus({ client, tableName: nodeStatusTable.name }, NODES);
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

async function scan(client: DynamoDBClient): Promise<number> {
  let rows = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: nodeStatusTable.name }))
    rows += Items.length;
  return rows;
}
