/* The least that writing to DynamoDB takes: items that are made already, in batches of 25, 24 batches at once. */
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSHandler } from "aws-lambda";

const PER_CALL = 25;
const CALLS_AT_ONCE = 24;
const { ITEMS_TABLE = "" } = process.env;

const client = new DynamoDBClient({});

export const handler: SQSHandler = async ({ Records }) => {
  const items = Records.map(({ body }) => JSON.parse(body) as Record<string, AttributeValue>);
  const writer = async (first: number) => {
    for (let at = first * PER_CALL; at < items.length; at += CALLS_AT_ONCE * PER_CALL) {
      const puts = items.slice(at, at + PER_CALL).map((Item) => ({ PutRequest: { Item } }));
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [ITEMS_TABLE]: puts } }),
      );
      if (Object.keys(UnprocessedItems).length > 0) throw new Error("Items were not written.");
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, (_, first) => writer(first)));
};
