import { UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { conditionHeld } from "@rainhooks/dynamodb/condition";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { DestinationStore } from "./destination-store.ts";

/**
 * Updates an item of the table of destinations.
 *
 * @returns Whether its condition held.
 */
export async function updateIf(
  { client, tableName }: DestinationStore,
  Key: Attributes,
  expressions: Omit<UpdateItemCommandInput, "TableName" | "Key">,
): Promise<boolean> {
  try {
    return await conditionHeld(
      client.send(new UpdateItemCommand({ TableName: tableName, Key, ...expressions })),
    );
  } catch (error) {
    throw tableError(tableName, error);
  }
}
