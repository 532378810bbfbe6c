import { isDeepStrictEqual } from "node:util";
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { isConditionTrue } from "./condition.ts";
import { tableError } from "./errors.ts";
import type { Attributes } from "./key.ts";

/** What a conditional write needs besides the item. */
export interface PutIfOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** The key attributes. */
  readonly key: readonly string[];
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Attributes;
}

/**
 * Writes an item if a condition holds, such as that nobody has changed it since it was read. The client
 * repeats a call whose response is lost, and then meets what it has written itself: that counts as written.
 *
 * @returns Whether the item is written.
 * @throws {RainhooksError} as {@link tableError} says.
 */
export async function putIf(Item: Attributes, options: PutIfOptions): Promise<boolean> {
  const { client, tableName: TableName, key, condition, names, values } = options;
  const put = new PutItemCommand({
    ...{ TableName, Item, ConditionExpression: condition },
    ...(names && { ExpressionAttributeNames: { ...names } }),
    ...(values && { ExpressionAttributeValues: values }),
  });
  const Key = Object.fromEntries(Object.entries(Item).filter(([name]) => key.includes(name)));
  try {
    if (await isConditionTrue(client.send(put))) return true;
    const stored = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    return isDeepStrictEqual(stored.Item, Item);
  } catch (error) {
    throw tableError(TableName, error);
  }
}
