import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { DeliveryMemory } from "./remembered.ts";

/**
 * The table of copies, the client to read and write it with, and when an item that is written now expires.
 */
export interface ItemStore {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly expiresAtMs: () => number;
}

/** Returns the stored deliveries of an id; none if TTL has deleted the item in the meantime. */
export async function readRemembered(
  { client, tableName }: ItemStore,
  webhookId: string,
): Promise<readonly DeliveryMemory[]> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: { webhookId: { S: webhookId } },
    ConsistentRead: true,
  });
  const { Item } = await client.send(command).catch((error) => fail(tableName, error));
  return (Item?.["seen"]?.L ?? []).map(({ S = "" }) => decodeRemembered(S));
}

/** Adds a delivery if the item of its id has exactly this number of deliveries; returns whether it has. */
export async function addRemembered(
  store: ItemStore,
  webhookId: string,
  count: number,
  added: DeliveryMemory,
): Promise<boolean> {
  const { client, tableName } = store;
  const one = { L: [{ S: encodeRemembered(added) }] };
  const expiry = { N: String(Math.ceil(store.expiresAtMs() / 1000)) };
  const written =
    count === 0
      ? client.send(
          new PutItemCommand(
            firstItem(tableName, { webhookId: { S: webhookId }, seen: one, expiresAtS: expiry }),
          ),
        )
      : client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { webhookId: { S: webhookId } },
            UpdateExpression: "SET seen = list_append(seen, :one), expiresAtS = :expiry",
            ConditionExpression: "size(seen) = :count",
            ExpressionAttributeValues: { ":one": one, ":expiry": expiry, ":count": { N: String(count) } },
          }),
        );
  return isConditionTrue(written).catch((error) => fail(tableName, error));
}

function firstItem(tableName: string, item: PutItemCommandInput["Item"]): PutItemCommandInput {
  return { TableName: tableName, Item: item, ConditionExpression: "attribute_not_exists(webhookId)" };
}

function fail(tableName: string, error: unknown): never {
  throw tableError(tableName, error);
}

function encodeRemembered({ number, sentAtMs, user, deliveryId }: DeliveryMemory): string {
  return [number, sentAtMs, user, deliveryId].join(" ");
}

function decodeRemembered(text: string): DeliveryMemory {
  const [number, sentAtMs, user = "", ...rest] = text.split(" ");
  return { number: Number(number), sentAtMs: Number(sentAtMs), user, deliveryId: rest.join(" ") };
}
