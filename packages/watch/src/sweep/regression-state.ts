import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { AlarmTable } from "../alarms/alarm-store.ts";

/** What the last sweep that evaluated rules about firmwares has left. */
export interface RegressionState {
  /** The last full hour that was evaluated, epoch milliseconds. */
  readonly markMs: number;
  /** When, epoch milliseconds. */
  readonly evaluatedMs: number;
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
  if (Item === undefined) return undefined;
  return { markMs: Number(Item["markMs"]?.N), evaluatedMs: Number(Item["evaluatedMs"]?.N) };
}

/** Writes what a sweep that has evaluated rules about firmwares leaves. */
export async function writeRegressionState(
  { client, tableName }: AlarmTable,
  { markMs, evaluatedMs }: RegressionState,
): Promise<void> {
  const times = { markMs: { N: String(markMs) }, evaluatedMs: { N: String(evaluatedMs) } };
  await client.send(new PutItemCommand({ TableName: tableName, Item: { ...KEY, ...times } }));
}
