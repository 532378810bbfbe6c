import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { conditionHeld } from "./condition.ts";
import type { Attributes } from "./key.ts";

/** An item that one process at a time holds, and what tells this process from all others. */
export interface Lease {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
  readonly key: Attributes;
  readonly holder: string;
}

/**
 * Takes a lease, or holds it for longer; with `untilMs` at `nowMs`, it is released.
 *
 * @param untilMs From when on another process may take it, epoch milliseconds: this one must have ended by
 * then.
 * @returns false if another process holds it.
 */
export function holdLease(
  { client, tableName, key, holder }: Lease,
  nowMs: number,
  untilMs: number,
): Promise<boolean> {
  const command = new PutItemCommand({
    TableName: tableName,
    Item: { ...key, holder: { S: holder }, untilMs: { N: String(untilMs) } },
    ConditionExpression: "attribute_not_exists(untilMs) OR untilMs <= :nowMs OR holder = :holder",
    ExpressionAttributeValues: { ":nowMs": { N: String(nowMs) }, ":holder": { S: holder } },
  });
  return conditionHeld(client.send(command));
}
