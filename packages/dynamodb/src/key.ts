import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { TableDescription } from "./table-description.ts";

/** A DynamoDB item or key in the attribute value format of the client. */
export type Attributes = Record<string, AttributeValue>;

/** A table's description and the name of the deployed table. */
export interface TableTarget {
  readonly table: TableDescription;
  readonly tableName: string;
}

/** Returns the key of an item as one string, for use in maps. */
export function keyText(table: TableDescription, item: Attributes): string {
  const part = (name: string | undefined) => {
    const value = name === undefined ? undefined : item[name];
    return value?.S ?? value?.N ?? "";
  };
  return JSON.stringify([part(table.partitionKey.name), part(table.sortKey?.name)]);
}
