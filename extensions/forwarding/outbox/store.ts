import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  type UpdateItemCommandInput,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { batchGet } from "@rainhooks/dynamodb/batch-get";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableCall, throttledError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import type { Destination } from "../destinations/destination.ts";
import { updateIf } from "../destinations/update-item.ts";

/**
 * Whose lanes are meant. A destination that was removed and added again has other lanes, so it gets
 * nothing that waited for the first.
 */
type LaneOwner = Pick<Destination, "id" | "createdAtMs">;

/** A part of the items of a lane: keys from one to another, both inclusive. */
export interface LaneRange {
  readonly from: string;
  readonly to: string;
  readonly attributes: readonly string[];
  /** Maximum number of items. @defaultValue all */
  readonly max?: number;
}

const WRITES_AT_ONCE = 8;

/** The items of a lane. Each call throws a {@link RainhooksError}. Reads are consistent. */
export class Lane {
  readonly name: string;
  readonly #table: TableAccess;
  readonly #owner: LaneOwner;

  constructor(table: TableAccess, owner: LaneOwner, name: string) {
    this.name = name;
    this.#table = table;
    this.#owner = owner;
  }

  /** Returns another lane of its destination. */
  other(name: string): Lane {
    return new Lane(this.#table, this.#owner, name);
  }

  /** Returns items in the order of their keys. */
  read({ from, to, attributes, max }: LaneRange): Promise<Attributes[]> {
    const query = {
      KeyConditionExpression: "lane = :lane AND #item BETWEEN :from AND :to",
      ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(", "),
      ExpressionAttributeNames: {
        "#item": "item",
        ...Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name])),
      },
      ExpressionAttributeValues: {
        ":lane": this.#partition,
        ":from": { S: from },
        ":to": { S: to },
      },
      ConsistentRead: true,
    };
    return tableCall(this.#table.tableName, () => queryAll(this.#table, query, max));
  }

  async get(item: string): Promise<Attributes | undefined> {
    const { client, tableName: TableName } = this.#table;
    const command = new GetItemCommand({ TableName, Key: this.#keyOf(item), ConsistentRead: true });
    return tableCall(TableName, async () => (await client.send(command)).Item);
  }

  /** Returns those of some items that are there. */
  async getAll(items: readonly string[]): Promise<Attributes[]> {
    const keys = items.map((item) => this.#keyOf(item));
    return tableCall(this.#table.tableName, () =>
      batchGet(keys, { ...this.#table, consistent: true }),
    );
  }

  /** Writes an item. Returns whether it did: a new one is only written if there is none. */
  async put(item: Attributes, isNew = false): Promise<boolean> {
    const { client, tableName: TableName } = this.#table;
    const command = new PutItemCommand({
      TableName,
      Item: { ...item, lane: this.#partition },
      ...(isNew ? { ConditionExpression: "attribute_not_exists(lane)" } : {}),
    });
    return tableCall(TableName, () => isConditionTrue(client.send(command)));
  }

  /** Changes an item, if a condition holds. Returns whether it did. */
  update(
    item: string,
    change: Omit<UpdateItemCommandInput, "TableName" | "Key">,
  ): Promise<boolean> {
    return updateIf(this.#table, this.#keyOf(item), change);
  }

  /** Deletes an item, if it has an id. */
  async deleteBatch(item: string, id: string): Promise<void> {
    const { client, tableName: TableName } = this.#table;
    const command = new DeleteItemCommand({
      TableName,
      Key: this.#keyOf(item),
      ConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: id } },
    });
    await tableCall(TableName, () => isConditionTrue(client.send(command)));
  }

  async deleteAll(items: readonly string[]): Promise<void> {
    await this.#write(items.map((item) => ({ DeleteRequest: { Key: this.#keyOf(item) } })));
  }

  async putAll(items: readonly Attributes[]): Promise<void> {
    await this.#write(
      items.map((item) => ({ PutRequest: { Item: { ...item, lane: this.#partition } } })),
    );
  }

  async #write(requests: readonly WriteRequest[]): Promise<void> {
    const { tableName } = this.#table;
    const target = { ...this.#table, callsAtOnce: WRITES_AT_ONCE };
    const left = await tableCall(tableName, () => batchWrite(requests, target));
    if (left.length > 0) throw throttledError(tableName, `${left.length} items were not written.`);
  }

  get #partition() {
    const { id, createdAtMs } = this.#owner;
    return { S: `${id}.${createdAtMs}#${this.name}` };
  }

  #keyOf(item: string): Attributes {
    return { lane: this.#partition, item: { S: item } };
  }
}
