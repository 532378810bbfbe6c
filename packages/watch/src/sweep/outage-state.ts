import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { AlarmTable } from "../alarms/alarm-store.ts";
import type { Outage } from "../outage/hold.ts";

/** What the last sweep that evaluated outages has left. */
export interface OutageState {
  /** Epoch milliseconds. */
  readonly evaluatedMs: number;
  /** How many nodes more would have had to be offline for another outage. */
  readonly headroom: number;
  /** When something that lasts becomes an outage, if nothing changes; infinite if nothing does. Epoch milliseconds. */
  readonly dueMs: number;
  /** The outages for which nodes were evaluated, see {@link outageTexts}. */
  readonly outages: readonly string[];
}

const KEY = { subject: { S: "sweep" }, item: { S: "outages" } };
/** More than any fleet has nodes. */
const MAX_HEADROOM = 1e9;

/** Returns what of outages decides which alarms of nodes are held back, each as a text, in order. */
export function outageTexts(outages: readonly Outage[]): string[] {
  return outages
    .map(({ rule, version, group, raisedMs, endMs }) =>
      JSON.stringify([rule.name, version, group, raisedMs, endMs]),
    )
    .sort();
}

/** Reads what the last sweep that evaluated outages has left; `undefined` before the first one. */
export async function readOutageState({ client, tableName }: AlarmTable): Promise<OutageState | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  return {
    evaluatedMs: Number(Item["evaluatedMs"]?.N),
    headroom: Number(Item["headroom"]?.N),
    dueMs: Number(Item["dueMs"]?.N ?? Number.POSITIVE_INFINITY),
    outages: Item["outages"]?.L?.map(({ S = "" }) => S) ?? [],
  };
}

/** Writes what a sweep that has evaluated outages leaves, after the alarms of nodes were evaluated with them. */
export async function writeOutageState(
  { client, tableName }: AlarmTable,
  { evaluatedMs, headroom, dueMs, outages }: OutageState,
): Promise<void> {
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        ...KEY,
        evaluatedMs: { N: String(evaluatedMs) },
        headroom: { N: String(Math.min(headroom, MAX_HEADROOM)) },
        ...(Number.isFinite(dueMs) ? { dueMs: { N: String(dueMs) } } : {}),
        outages: { L: outages.map((text) => ({ S: text })) },
      },
    }),
  );
}
