import { defineWebhook, tableUse } from "@rainhooks/webhook/define";
import { doorBellTable } from "./table.ts";

/** Describe here what this webhook does. */
export const doorBell = defineWebhook({
  name: "door-bell",
  description: "The webhook door-bell.",
  events: ["rmaker.event.alert"],
  resources: { table: tableUse(doorBellTable, ["dynamodb:BatchWriteItem"]) },
});
