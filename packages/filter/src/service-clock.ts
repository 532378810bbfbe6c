import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { levelItem } from "./rule-item.ts";

/** Returns the time of DynamoDB's clock: that of this computer may be wrong. It is a second too early at most, as HTTP has no fractions. */
export async function serviceNowMs(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  nowMs: () => number,
): Promise<number> {
  const command = new GetItemCommand({ TableName: tableName, Key: levelItem("system") });
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = dateOf(result.response);
      return result;
    },
    { step: "deserialize", priority: "low", name: "readDate" },
  );
  // With options, a client that keeps the middleware of its commands makes that of this one anew.
  await client.send(command, {});
  const atMs = Date.parse(date ?? "");
  return Number.isNaN(atMs) ? nowMs() : atMs;
}

function dateOf(response: unknown): string | undefined {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  return headers?.["date"];
}
