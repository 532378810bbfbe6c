import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { batchGet } from "@rainhooks/dynamodb/batch-get";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableCall, throttledError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";

/** A part of the items of a lane: keys from one to another, both inclusive. */
export interface LaneRange {
  readonly from: string;
  readonly to: string;
  readonly attributes: readonly string[];
  /** Stops reading after a page if what has been read is enough. @defaultValue never */
  readonly isEnough?: (items: readonly Attributes[]) => boolean;
}

const WRITES_AT_ONCE = 8;

/** The calls to the table of the outbox. Each throws a {@link RainhooksError}. Reads are consistent. */
export class OutboxTable {
  readonly #table: TableAccess;

  constructor(table: TableAccess) {
    this.#table = table;
  }

  /** Returns items of a lane in the order of their keys, and whether there are more. */
  async read(
    lane: string,
    { from, to, attributes, isEnough = () => false }: LaneRange,
  ): Promise<{ readonly items: Attributes[]; readonly hasMore: boolean }> {
    const { client, tableName } = this.#table;
    const query = {
      TableName: tableName,
      KeyConditionExpression: "lane = :lane AND #item BETWEEN :from AND :to",
      ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(", "),
      ExpressionAttributeNames: {
        "#item": "item",
        ...Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name])),
      },
      ExpressionAttributeValues: { ":lane": { S: lane }, ":from": { S: from }, ":to": { S: to } },
      ConsistentRead: true,
    };
    const items: Attributes[] = [];
    return tableCall(tableName, async () => {
      for await (const { Items = [], LastEvaluatedKey } of paginateQuery({ client }, query)) {
        items.push(...Items);
        if (LastEvaluatedKey !== undefined && isEnough(items)) return { items, hasMore: true };
      }
      return { items, hasMore: false };
    });
  }

  async get(lane: string, item: string): Promise<Attributes | undefined> {
    const { client, tableName } = this.#table;
    const command = new GetItemCommand({ ...this.#keyOf(lane, item), ConsistentRead: true });
    return tableCall(tableName, async () => (await client.send(command)).Item);
  }

  /** Returns those of some items that are there. */
  async getAll(lane: string, items: readonly string[]): Promise<Attributes[]> {
    const keys = items.map((item) => this.#keyOf(lane, item).Key);
    return tableCall(this.#table.tableName, () => batchGet(keys, { ...this.#table, consistent: true }));
  }

  /** Writes an item. Returns whether it did: a new one is only written if there is none. */
  async put(lane: string, item: Attributes, isNew = false): Promise<boolean> {
    const { client, tableName: TableName } = this.#table;
    const command = new PutItemCommand({
      ...{ TableName, Item: { ...item, lane: { S: lane } } },
      ...(isNew ? { ConditionExpression: "attribute_not_exists(lane)" } : {}),
    });
    return tableCall(TableName, () => isConditionTrue(client.send(command)));
  }

  /** Changes an item, if a condition holds. Returns whether it did. */
  async update(
    lane: string,
    item: string,
    change: Omit<UpdateItemCommandInput, "TableName" | "Key">,
  ): Promise<boolean> {
    const { client, tableName } = this.#table;
    const command = new UpdateItemCommand({ ...this.#keyOf(lane, item), ...change });
    return tableCall(tableName, () => isConditionTrue(client.send(command)));
  }

  /** Deletes an item, if it has an id. */
  async deleteBatch(lane: string, item: string, id: string): Promise<void> {
    const { client, tableName } = this.#table;
    const command = new DeleteItemCommand({
      ...this.#keyOf(lane, item),
      ConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: id } },
    });
    await tableCall(tableName, () => isConditionTrue(client.send(command)));
  }

  async deleteAll(lane: string, items: readonly string[]): Promise<void> {
    await this.#write(items.map((item) => ({ DeleteRequest: { Key: this.#keyOf(lane, item).Key } })));
  }

  async putAll(lane: string, items: readonly Attributes[]): Promise<void> {
    await this.#write(items.map((item) => ({ PutRequest: { Item: { ...item, lane: { S: lane } } } })));
  }

  async #write(requests: readonly WriteRequest[]): Promise<void> {
    const { tableName } = this.#table;
    const target = { ...this.#table, callsAtOnce: WRITES_AT_ONCE };
    const left = await tableCall(tableName, () => batchWrite(requests, target));
    if (left.length > 0) throw throttledError(tableName, `${left.length} items were not written.`);
  }

  #keyOf(lane: string, item: string) {
    return { TableName: this.#table.tableName, Key: { lane: { S: lane }, item: { S: item } } };
  }
}
