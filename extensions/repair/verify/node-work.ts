import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import type { FactModel } from "../facts/fact-model.ts";
import type { Store } from "../store-names.ts";
import { COMPARED_TABLES, itemsOfNode } from "../stores.ts";
import type { AppendLines } from "../work/partition-objects.ts";
import { FactSpool } from "./fact-spool.ts";
import { type DeployedTables, eachPage, type TablesRead } from "./read-tables.ts";

/** The parts of a verification of some nodes. */
export interface NodeMethods {
  /** Chooses nodes at random: all of them if there are no more, and fewer if that would take too long. */
  chooseNodes(slot: Slot, count: number): Promise<readonly string[]>;
  /** Reads what tables say of some nodes. */
  readNodes(slot: Slot, nodes: readonly string[]): Promise<TablesRead>;
}

/** What the work needs. */
export interface NodeWorkDependencies {
  readonly store: Store;
  readonly model: FactModel;
  readonly tables: DeployedTables;
  readonly append: AppendLines;
  readonly isLate: () => boolean;
  readonly random: () => number;
}

/** Segments of a table, of which some are chosen: of a small table, most of so many are empty. */
const [MAX_SEGMENTS, FEWER] = [4096, 8];
const MIN_CHOSEN_SEGMENTS = 64;
const ITEMS = 50;

/** Reads some nodes in this process. */
export function nodeMethods(dependencies: NodeWorkDependencies): NodeMethods {
  const { store, model, tables, append } = dependencies;
  return {
    chooseNodes: async (slot, count) => {
      const chosen = new Set<string>();
      for (let of = MAX_SEGMENTS; chosen.size < count && of >= 1; of /= FEWER)
        await chooseIn(of, slot, { chosen, count }, dependencies);
      return [...chosen].slice(0, count);
    },
    readNodes: async (slot, nodes) => {
      const spool = new FactSpool(model, append);
      const read = { items: 0, units: 0 };
      for (const nodeId of nodes)
        for await (const [table, item] of itemsOfNode(store, nodeId, queryOf(tables, slot, read))) {
          read.items += 1;
          if (spool.add(model.factsIn(table, item), "stored")) await spool.flush();
        }
      await spool.flush();
      return read;
    },
  };
}

/** Adds the nodes of some parts of a table, of so many parts. */
async function chooseIn(
  of: number,
  slot: Slot,
  { chosen, count }: { readonly chosen: Set<string>; readonly count: number },
  { store, model, tables, isLate, random }: NodeWorkDependencies,
): Promise<void> {
  const table = COMPARED_TABLES[store][0] ?? "";
  const order = [...Array(of).keys()].map((segment) => ({ segment, at: random() }));
  order.sort((a, b) => a.at - b.at);
  for (const { segment } of order.slice(0, Math.max(MIN_CHOSEN_SEGMENTS, count))) {
    if (chosen.size >= count) return;
    // One page of a part, but of a table that is read as a whole all that are needed, if there is time.
    const options = {
      after: undefined,
      isLate: () => of > 1 || chosen.size >= count || isLate(),
      input: { Limit: ITEMS },
    };
    await eachPage(tables, { table, slot, segment, of }, options, async (items) => {
      for (const item of items) for (const { nodeId } of model.factsIn(table, item)) chosen.add(nodeId);
    });
  }
}

function queryOf({ client, nameOf }: DeployedTables, slot: Slot, read: { units: number }) {
  return async function* (table: string, name: string, key: string) {
    const TableName = nameOf(table, slot);
    const input = {
      ...{ TableName, ReturnConsumedCapacity: "TOTAL" as const },
      KeyConditionExpression: "#key = :key",
      ExpressionAttributeNames: { "#key": name },
      ExpressionAttributeValues: { ":key": { S: key } },
    };
    try {
      for await (const { Items = [], ConsumedCapacity } of paginateQuery({ client }, input)) {
        read.units += ConsumedCapacity?.CapacityUnits ?? 0;
        yield* Items;
      }
    } catch (error) {
      throw tableError(TableName, error);
    }
  };
}
