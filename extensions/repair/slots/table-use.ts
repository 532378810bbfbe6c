import { slotReads } from "@rainhooks/dynamodb/slots/slots-table";

/**
 * The table that functions read in stages that can rebuild a store: others have no spare tables.
 */
export const liveTableReads = { tableSlots: { ...slotReads.tableSlots, part: "repair" } };
