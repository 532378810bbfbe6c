import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import { COMPARED_TABLES, itemsOfNode } from "../stores.ts";
import type { WorkJob } from "../work/job.ts";
import { FactSpool } from "./fact-spool.ts";
import { eachPage, type TablesRead } from "./read-tables.ts";

/** Segments of a table, of which some are chosen: of a small table, most of so many are empty. */
const MAX_SEGMENTS = 4096;
const FEWER = 8;
const MIN_CHOSEN_SEGMENTS = 64;
const ITEMS = 50;

/**
 * Chooses nodes at random: all of them if there are no more, and fewer if that would take too long.
 */
export async function chooseNodes(
  job: WorkJob,
  slot: Slot,
  count: number,
): Promise<readonly string[]> {
  const { model, store } = job;
  const table = COMPARED_TABLES[store][0] ?? "";
  const nodes = new Set<string>();
  for (let of = MAX_SEGMENTS; nodes.size < count && of >= 1; of /= FEWER) {
    const order = [...Array(of).keys()].map((segment) => ({
      segment,
      at: job.dependencies.random(),
    }));
    order.sort((a, b) => a.at - b.at);
    for (const { segment } of order.slice(0, Math.max(MIN_CHOSEN_SEGMENTS, count))) {
      if (nodes.size >= count) break;
      // One page of a part, but of a table that is read as a whole all that are needed, if there is
      // time.
      const isLate = () => of > 1 || nodes.size >= count || job.isLate();
      await eachPage(
        job,
        { table, slot, segment, of },
        { isLate, input: { Limit: ITEMS } },
        async (items) => {
          for (const item of items)
            for (const { nodeId } of model.factsIn(table, item)) nodes.add(nodeId);
        },
      );
    }
  }
  return [...nodes].slice(0, count);
}

/** Reads what tables say of some nodes. */
export async function readNodes(
  job: WorkJob,
  slot: Slot,
  nodes: readonly string[],
): Promise<TablesRead> {
  const { model, append, store } = job;
  const spool = new FactSpool(model, append);
  const read = { items: 0, units: 0 };
  for (const nodeId of nodes) {
    for await (const [table, item] of itemsOfNode(store, nodeId, queryOf(job, slot, read))) {
      read.items += 1;
      spool.add(model.factsIn(table, item), "stored");
      await spool.flushIfFull();
    }
  }
  await spool.flush();
  return read;
}

function queryOf(job: WorkJob, slot: Slot, read: { units: number }) {
  return async function* (table: string, name: string, key: string) {
    const TableName = job.tableName(table, slot);
    const input = {
      TableName,
      ReturnConsumedCapacity: "TOTAL" as const,
      KeyConditionExpression: "#key = :key",
      ExpressionAttributeNames: { "#key": name },
      ExpressionAttributeValues: { ":key": { S: key } },
    };
    try {
      const { client } = job.dependencies;
      for await (const { Items = [], ConsumedCapacity } of paginateQuery({ client }, input)) {
        read.units += ConsumedCapacity?.CapacityUnits ?? 0;
        yield* Items;
      }
    } catch (error) {
      throw tableError(TableName, error);
    }
  };
}
