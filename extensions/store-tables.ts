import type { WrittenTables } from "@rainhooks/sinks/dynamodb/store-services";
import { slotTables } from "./repair/slots/slot-tables.ts";

/** Who says to which tables of a store its function writes. Without any, it writes to its own. */
export const STORE_TABLES: readonly WrittenTables[] = [slotTables];
