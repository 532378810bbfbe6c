import { liveTableReads } from "./repair/slots/table-use.ts";

/**
 * The tables that say which tables of a store are read and written; without any, these are its own.
 */
export const LIVE_TABLE_READS = { ...liveTableReads };
