import { unmarshall } from "@aws-sdk/util-dynamodb";
import { scanAll } from "@rainhooks/dynamodb/read-all";
import type { RoundCheck } from "@rainhooks/stage/rounds/round-check";
import { destinationsTable } from "../forwarding-tables.ts";

/** That a destination gets no events, by itself, by its receiver or by somebody. */
export const destinationsStopped: RoundCheck = {
  name: "destinations-paused",
  level: "today",
  alarmOf: () => "destinations-paused",
  description:
    "Destinations are paused or disabled: what they miss is in the archive. Once they work again, rainhooks destinations resume sends them what they missed.",
  toldWhen: "at once",
  reads: [destinationsTable.name],
  find: async ({ outputs, clients }) => {
    const tableName = outputs.tables[destinationsTable.name];
    if (tableName === undefined) return [];
    const items = await scanAll(
      { client: clients.dynamodb, tableName },
      {
        FilterExpression: "#state IN (:paused, :disabled)",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":paused": { S: "paused" }, ":disabled": { S: "disabled" } },
      },
    );
    return items
      .map((item) => unmarshall(item))
      .map(({ id, state, stateReason }) => {
        const because = stateReason === undefined ? "" : `: ${stateReason}`;
        return { id: String(id), text: `${id} is ${state}${because}.` };
      });
  },
};
