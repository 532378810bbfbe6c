import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { AlarmTable } from "../../alarms/alarm-store.ts";
import type { Outage } from "../../outage/hold.ts";

/** What the last sweep that evaluated outages has left. */
export interface OutageState {
  /** Epoch milliseconds. */
  readonly evaluatedMs: number;
  /** How many nodes more had to be offline then for another outage. */
  readonly missing: number;
  /** When something that lasts becomes an outage, if nothing changes, epoch milliseconds; absent if nothing does. */
  readonly dueMs?: number | undefined;
  /** The outages for which nodes were evaluated. */
  readonly held: readonly HeldOutage[];
}

/** What of an outage decides which alarms of nodes are held back. */
export interface HeldOutage {
  readonly rule: string;
  readonly version: number;
  readonly group: string;
  readonly raisedMs: number;
  readonly endMs?: number | undefined;
}

/** Returns what of outages decides which alarms of nodes are held back. */
export function heldOutages(outages: readonly Outage[]): HeldOutage[] {
  return outages.map(({ rule, version, group, raisedMs, endMs }) => ({
    rule: rule.name,
    version,
    group,
    raisedMs,
    ...(endMs === undefined ? {} : { endMs }),
  }));
}

const KEY = { subject: { S: "sweep" }, item: { S: "outages" } };
/** More than any fleet has nodes: JSON has no infinity. */
const MAX_MISSING = 1e9;

/** Reads what the last sweep that evaluated outages has left; `undefined` before the first one. */
export async function readOutageState({ client, tableName }: AlarmTable): Promise<OutageState | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: KEY, ConsistentRead: true }),
  );
  const text = Item?.["state"]?.S;
  // The item has only what writeOutageState has written.
  return text === undefined ? undefined : (JSON.parse(text) as OutageState);
}

/** Writes what a sweep that has evaluated outages leaves, after the alarms of nodes were evaluated with them. */
export async function writeOutageState(
  { client, tableName }: AlarmTable,
  state: OutageState,
): Promise<void> {
  const text = JSON.stringify({ ...state, missing: Math.min(state.missing, MAX_MISSING) });
  await client.send(new PutItemCommand({ TableName: tableName, Item: { ...KEY, state: { S: text } } }));
}
