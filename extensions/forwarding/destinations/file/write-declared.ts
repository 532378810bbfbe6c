import { DeleteItemCommand, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { conditionHeld } from "@rainhooks/dynamodb/condition";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { FROM_FILE } from "../destination.ts";
import type { DestinationStore } from "../destination-store.ts";
import { isFromFile } from "./merged-item.ts";

/** What became of the destinations of a stage's file. */
export interface WrittenDeclared {
  /** Ids of those that are in the table as the file has them. */
  readonly written: readonly string[];
  /** Ids of those that are no longer in the file. */
  readonly removed: readonly string[];
  /** Ids that a command has given to a destination already: that one stays. */
  readonly refused: readonly string[];
}

/**
 * Writes the destinations of a stage's file to the table of a local stage, as a deployment does in AWS: those
 * that are no longer in the file are removed, and what commands have made stays as it is. States and secrets
 * have items of their own.
 */
export async function writeDeclared(
  { client, tableName }: DestinationStore,
  items: readonly Attributes[],
): Promise<WrittenDeclared> {
  const ids = new Set(items.map(idOf));
  const written: string[] = [];
  const refused: string[] = [];
  const removed: string[] = [];
  const ours = { ConditionExpression: "attribute_not_exists(id) OR origin = :file" };
  const ExpressionAttributeValues = { ":file": { S: FROM_FILE } };
  try {
    for (const Item of items) {
      const put = new PutItemCommand({ TableName: tableName, Item, ...ours, ExpressionAttributeValues });
      ((await conditionHeld(client.send(put))) ? written : refused).push(idOf(Item));
    }
    for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName }))
      for (const row of Items.filter((one) => isFromFile(one) && !ids.has(idOf(one)))) {
        await client.send(new DeleteItemCommand({ TableName: tableName, Key: { id: { S: idOf(row) } } }));
        removed.push(idOf(row));
      }
  } catch (error) {
    throw tableError(tableName, error);
  }
  return { written, removed, refused };
}

function idOf({ id }: Attributes): string {
  return id?.S ?? "";
}
