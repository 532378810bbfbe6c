import { type Construct, type DynamodbTable, DynamodbTableItem } from "@rainhooks/stack/aws";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { destinationsTable } from "../forwarding-tables.ts";
import { declaredOf } from "./declared-of.ts";
import type { ForwardingFields } from "./fields.ts";

/**
 * Makes the items of the destinations that a stage declares. Terraform makes one only where there is none, so
 * it overwrites none that a command has made. What functions and commands write about them is in other items,
 * which Terraform does not know.
 */
export function makeDestinations(
  scope: Construct,
  config: StackConfig & ForwardingFields,
  table: DynamodbTable | undefined,
): void {
  for (const item of declaredOf(config).items) {
    if (table === undefined) throw new TypeError(`Stage ${config.name} has no table of destinations.`);
    new DynamodbTableItem(scope, `destination-${item["id"]?.S}`, {
      tableName: table.name,
      hashKey: destinationsTable.partitionKey.name,
      item: literal(JSON.stringify(item)),
    });
  }
}

/** Terraform would take what stands in these for an expression. */
function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (mark) => mark + mark);
}
