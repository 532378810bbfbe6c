import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { AlarmTable } from "../alarms/alarm-table.ts";

/** Something that sweeps leave for the next ones: an item of the alarms table, as JSON. */
export interface StoredState<T> {
  /** Returns `undefined` before it was written. */
  readonly read: (table: AlarmTable) => Promise<T | undefined>;
  readonly write: (table: AlarmTable, value: T) => Promise<void>;
}

/** Makes the functions that read and write a state by its name. */
export function storedState<T>(name: string): StoredState<T> {
  const key = { subject: { S: "sweep" }, item: { S: name } };
  return {
    read: async ({ client, tableName }) => {
      const command = new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true });
      const text = (await client.send(command)).Item?.["state"]?.S;
      // The item has only what `write` has written.
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    write: async ({ client, tableName }, value) => {
      const Item = { ...key, state: { S: JSON.stringify(value) } };
      await client.send(new PutItemCommand({ TableName: tableName, Item }));
    },
  };
}
