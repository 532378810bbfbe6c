import { UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableCall } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { DestinationStore } from "./destination-store.ts";

type Expressions = Omit<UpdateItemCommandInput, "TableName" | "Key">;

/**
 * Updates an item of the table of destinations.
 *
 * @returns The attributes that `ReturnValues` asks for; `undefined` if its condition did not hold.
 */
export async function updateItem(
  { client, tableName }: DestinationStore,
  Key: Attributes,
  expressions: Expressions,
): Promise<Attributes | undefined> {
  let item: Attributes = {};
  const sent = client
    .send(new UpdateItemCommand({ TableName: tableName, Key, ...expressions }))
    .then(({ Attributes: returned = {} }) => {
      item = returned;
    });
  return (await tableCall(tableName, () => isConditionTrue(sent))) ? item : undefined;
}

/** Updates an item of the table of destinations; returns whether its condition held. */
export async function updateIf(
  store: DestinationStore,
  Key: Attributes,
  expressions: Expressions,
): Promise<boolean> {
  return (await updateItem(store, Key, expressions)) !== undefined;
}
