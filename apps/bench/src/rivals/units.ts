import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { isJsonObject, type JsonValue } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import type { SQSRecord } from "aws-lambda";
import { gate } from "../gate.ts";
import { type Call, type Handling, startProxy } from "../processes/proxy.ts";
import type { Services } from "../processes/services.ts";
import { indexUnits } from "../units/index-units.ts";
import type { Contender } from "./contenders.ts";

/** Write units per event. */
export interface WriteUnits {
  readonly ofTables: number;
  readonly ofIndexes: number;
}

/** Counts the write units that a contender takes for a batch, per event: of all its tables, and of its index. */
export async function countUnits(
  contender: Contender,
  { clients, endpoint }: Services,
  records: readonly SQSRecord[],
): Promise<WriteUnits> {
  let units = 0;
  const proxy = await startProxy(endpoint, (call) => metered(call, (taken) => (units += taken)));
  const bench = await contender.start(proxy.endpoint);
  const before = await statusItems(clients.dynamodb, contender);
  const { failedIds } = await bench.invoke(records);
  gate(failedIds.length === 0, `${contender.name} writes every record whose units are counted`);
  const after = await statusItems(clients.dynamodb, contender);
  await bench.stop();
  await proxy.stop();
  const ofIndexes = [...after].reduce(
    (sum, [nodeId, item]) => sum + indexUnits(contender.table, before.get(nodeId), item),
    0,
  );
  return { ofTables: units / records.length, ofIndexes: ofIndexes / records.length };
}

/** Asks DynamoDB for the units of a call. Those of writes go to `onWrite`. */
function metered({ action, input }: Call, onWrite: (units: number) => void): Handling {
  return {
    kind: "forward",
    input: { ...input, ReturnConsumedCapacity: "TOTAL" },
    toResponse: (response) => {
      if (!/^(BatchGetItem|GetItem|Query|Scan)$/.test(action)) onWrite(unitsIn(response["ConsumedCapacity"]));
      return response;
    },
  };
}

function unitsIn(consumed: JsonValue | undefined): number {
  if (Array.isArray(consumed)) return consumed.reduce((sum: number, one) => sum + unitsIn(one), 0);
  return isJsonObject(consumed) ? Number(consumed["CapacityUnits"] ?? 0) : 0;
}

/** Returns the item with the status of each node. */
async function statusItems(
  client: DynamoDBClient,
  { tableName, table }: Contender,
): Promise<ReadonlyMap<string, Attributes>> {
  const items = new Map<string, Attributes>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName, ConsistentRead: true }))
    for (const item of Items)
      if (table.sortKey === undefined || item["item"]?.S === "status")
        items.set(item[table.partitionKey.name]?.S ?? "", item);
  return items;
}
