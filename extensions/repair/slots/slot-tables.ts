import { cacheSlots } from "@rainhooks/dynamodb/slots/read";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { WrittenTables } from "@rainhooks/sinks/dynamodb/store-services";
import { slotSink } from "./slot-sink.ts";

/** Lets a function write to the slots of its store that are in use. */
export const slotTables: WrittenTables = (store, { client, resources, nowMs }, makeSink) => {
  const { tableSlots } = resources;
  if (tableSlots === undefined) return undefined;
  const slots = cacheSlots({ client, tableName: tableSlots, nowMs });
  return slotSink(
    () => slots(store),
    (slot) => makeSink((table) => slotTableName(table, slot)),
  );
};
