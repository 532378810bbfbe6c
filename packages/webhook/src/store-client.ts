import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { followSlots } from "@rainhooks/dynamodb/slots/follow";
import type { FunctionDefinition } from "./define-function.ts";

/**
 * Creates the DynamoDB client of a function that reads stores. If it has the resource `tableSlots`,
 * it reads the live tables of a store that is rebuilt, some seconds after they have changed.
 *
 * @param resources Deployed names of the function's resources; none for what the stage does not
 * have.
 *
 * @example
 * ```ts
 * import { defineWebhook, storeClient } from "@rainhooks/webhook";
 *
 * const table = { name: "node-status", partitionKey: { name: "nodeId", type: "S" } } as const;
 * const doors = defineWebhook({
 *   name: "doors",
 *   description: "Looks up the tags of nodes.",
 *   events: ["rmaker.event.alert"],
 *   resources: {
 *     nodeStatus: { kind: "table", env: "NODES_TABLE", table, actions: ["dynamodb:GetItem"] },
 *   },
 * });
 * const client = storeClient(doors, {
 *   nodeStatus: "rainhooks-dev-node-status",
 *   tableSlots: "rainhooks-dev-table-slots",
 * });
 * console.log(await client.config.region()); // us-east-1
 * ```
 */
export function storeClient(
  definition: FunctionDefinition,
  resources: Readonly<Record<string, string | undefined>>,
): DynamoDBClient {
  const { tableSlots } = resources;
  if (tableSlots === undefined) return new DynamoDBClient(AWS_CLIENT_OPTIONS);
  const tables = Object.entries(definition.resources).flatMap(([name, resource]) => {
    const deployed = resources[name];
    return resource.kind === "table" && deployed !== undefined
      ? [[deployed, resource.table] as const]
      : [];
  });
  return followSlots(new DynamoDBClient(AWS_CLIENT_OPTIONS), {
    slots: {
      client: new DynamoDBClient(AWS_CLIENT_OPTIONS),
      tableName: tableSlots,
      nowMs: Date.now,
    },
    tables: new Map(tables),
  });
}
