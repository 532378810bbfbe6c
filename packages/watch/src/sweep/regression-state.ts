import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { AlarmTable } from "../alarms/alarm-store.ts";

/** What sweeps that evaluate rules about firmwares leave. Times are epoch milliseconds. */
export interface RegressionState {
  /** The last full hour that was evaluated; absent before the first one. */
  readonly markMs?: number | undefined;
  /** When that was. */
  readonly evaluatedMs?: number | undefined;
  /** When a sweep has begun to evaluate them and has not ended. */
  readonly begunMs?: number | undefined;
}

const KEY = { subject: { S: "sweep" }, item: { S: "regressions" } };

/** Reads what the last sweep that evaluated rules about firmwares has left; `undefined` before the first one. */
export async function readRegressionState({
  client,
  tableName,
}: AlarmTable): Promise<RegressionState | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
  );
  const text = Item?.["state"]?.S;
  // The item has only what writeRegressionState has written.
  return text === undefined ? undefined : (JSON.parse(text) as RegressionState);
}

/** Writes what a sweep that evaluates rules about firmwares leaves. */
export async function writeRegressionState(
  { client, tableName }: AlarmTable,
  state: RegressionState,
): Promise<void> {
  const Item = { ...KEY, state: { S: JSON.stringify(state) } };
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
}
