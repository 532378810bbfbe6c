import { randomBytes } from "node:crypto";
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { conditionHeld } from "@rainhooks/dynamodb";

/** Where the key of page tokens is kept. */
export interface PageKeyOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Gives the key with which page tokens are signed. */
export type PageKey = () => Promise<Uint8Array>;

const KEY = { name: { S: "page-tokens" } };
const KEY_BYTES = 32;

/**
 * The key of a stage's page tokens, made by the first function that needs it and kept in a table of the stage. So it is in no code, state,
 * environment or log, and everything that asks the stage has the same one. To make all tokens worthless, delete the item.
 */
export function tablePageKey(options: PageKeyOptions): PageKey {
  let key: Promise<Uint8Array> | undefined;
  return () => {
    key ??= readOrMake(options).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
}

async function readOrMake(options: PageKeyOptions): Promise<Uint8Array> {
  return (
    (await read(options)) ?? (await make(options)) ?? Promise.reject(new Error("The page key vanished."))
  );
}

async function read({ client, tableName }: PageKeyOptions): Promise<Uint8Array | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
  );
  return Item?.["key"]?.B;
}

/** Makes a key, unless another was faster; answers the one that stands. */
async function make(options: PageKeyOptions): Promise<Uint8Array | undefined> {
  const B = randomBytes(KEY_BYTES);
  const made = await conditionHeld(
    options.client.send(
      new PutItemCommand({
        TableName: options.tableName,
        Item: { ...KEY, key: { B } },
        ConditionExpression: "attribute_not_exists(#name)",
        ExpressionAttributeNames: { "#name": "name" },
      }),
    ),
  );
  return made ? B : read(options);
}
