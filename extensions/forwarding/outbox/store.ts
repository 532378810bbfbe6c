import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  type QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { batchGet } from "@rainhooks/dynamodb/batch-get";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableError, throttledError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";

/** The table of the outbox, and the client to read and write it with. */
export interface OutboxStore {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** A part of the items of a lane: keys from one to another, both inclusive. */
export interface LaneRange {
  readonly from: string;
  readonly to: string;
  readonly attributes?: readonly string[];
  /** Stops reading after a page if what has been read is enough. @defaultValue never */
  readonly isEnough?: (items: readonly Attributes[]) => boolean;
}

const WRITES_AT_ONCE = 8;

/** The calls to the table of the outbox. Each throws a {@link RainhooksError}. Reads are consistent. */
export class OutboxTable {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;

  constructor({ client, tableName }: OutboxStore) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /** Returns items of a lane in the order of their keys, and whether there are more. */
  async read(
    lane: string,
    { from, to, attributes, isEnough = () => false }: LaneRange,
  ): Promise<{ readonly items: Attributes[]; readonly hasMore: boolean }> {
    const names = attributes ?? [];
    const query = {
      TableName: this.#tableName,
      KeyConditionExpression: "lane = :lane AND #item BETWEEN :from AND :to",
      ...(attributes === undefined
        ? {}
        : { ProjectionExpression: names.map((_, index) => `#a${index}`).join(", ") }),
      ExpressionAttributeNames: {
        "#item": "item",
        ...Object.fromEntries(names.map((name, index) => [`#a${index}`, name])),
      },
      ExpressionAttributeValues: { ":lane": { S: lane }, ":from": { S: from }, ":to": { S: to } },
      ConsistentRead: true,
    } satisfies ConstructorParameters<typeof QueryCommand>[0];
    const items: Attributes[] = [];
    return this.#call(async () => {
      for await (const { Items = [], LastEvaluatedKey } of paginateQuery({ client: this.#client }, query)) {
        items.push(...Items);
        if (LastEvaluatedKey !== undefined && isEnough(items)) return { items, hasMore: true };
      }
      return { items, hasMore: false };
    });
  }

  async get(lane: string, item: string): Promise<Attributes | undefined> {
    const command = new GetItemCommand({
      TableName: this.#tableName,
      Key: keyOf(lane, item),
      ConsistentRead: true,
    });
    return this.#call(async () => (await this.#client.send(command)).Item);
  }

  /** Returns those of some items that are there. */
  async getAll(lane: string, items: readonly string[]): Promise<Attributes[]> {
    const keys = items.map((item) => keyOf(lane, item));
    return this.#call(() =>
      batchGet(keys, { client: this.#client, tableName: this.#tableName, consistent: true }),
    );
  }

  /** Writes an item, if a condition holds. Returns whether it did. */
  async put(lane: string, item: Attributes, isNew = false): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#tableName,
      Item: { ...item, lane: { S: lane } },
      ...(isNew ? { ConditionExpression: "attribute_not_exists(lane)" } : {}),
    });
    return this.#call(() => isConditionTrue(this.#client.send(command)));
  }

  /** Changes an item, if a condition holds. Returns whether it did. */
  async update(
    lane: string,
    item: string,
    change: Pick<
      UpdateItemCommandInput,
      "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
    >,
  ): Promise<boolean> {
    const command = new UpdateItemCommand({ TableName: this.#tableName, Key: keyOf(lane, item), ...change });
    return this.#call(() => isConditionTrue(this.#client.send(command)));
  }

  /** Deletes an item, if it has an id. Returns whether it had. */
  async deleteBatch(lane: string, item: string, id: string): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.#tableName,
      Key: keyOf(lane, item),
      ConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: id } },
    });
    return this.#call(() => isConditionTrue(this.#client.send(command)));
  }

  async deleteAll(lane: string, items: readonly string[]): Promise<void> {
    await this.#write(items.map((item) => ({ DeleteRequest: { Key: keyOf(lane, item) } })));
  }

  async putAll(lane: string, items: readonly Attributes[]): Promise<void> {
    await this.#write(items.map((item) => ({ PutRequest: { Item: { ...item, lane: { S: lane } } } })));
  }

  async #write(requests: readonly WriteRequest[]): Promise<void> {
    const table = { client: this.#client, tableName: this.#tableName, callsAtOnce: WRITES_AT_ONCE };
    const left = await this.#call(() => batchWrite(requests, table));
    if (left.length > 0) throw throttledError(this.#tableName, `${left.length} items were not written.`);
  }

  async #call<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      throw tableError(this.#tableName, error);
    }
  }
}

function keyOf(lane: string, item: string): Attributes {
  return { lane: { S: lane }, item: { S: item } };
}
