import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { TableDescription } from "./table.ts";

/** A DynamoDB item or key in the client's own notation. */
export type Attributes = Record<string, AttributeValue>;

/** A table's description with the name under which it exists. */
export interface TableTarget {
  readonly table: TableDescription;
  readonly tableName: string;
}

/** A key as one string, for maps. */
export function keyText(table: TableDescription, item: Attributes): string {
  const part = (name: string | undefined) => {
    const value = name === undefined ? undefined : item[name];
    return value?.S ?? value?.N ?? "";
  };
  return JSON.stringify([part(table.partitionKey.name), part(table.sortKey?.name)]);
}
