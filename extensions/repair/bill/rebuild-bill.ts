import { ITEM_OVERHEAD_BYTES } from "@rainhooks/stage/cost/prices";
import { type Bill, dollarsOf, pricedBill, storedUsage } from "@rainhooks/stage/cost/usage";

/** What a rebuild reads and writes. */
export interface RebuildVolume {
  /** Objects of the archive. */
  readonly objects: number;
  /** Items and bytes of the live tables. */
  readonly tables: readonly {
    readonly items: number;
    readonly bytes: number;
    /** Number of its indexes. */
    readonly indexes: number;
  }[];
}

/** The archive is read to fill the tables, and to verify them. */
const ARCHIVE_READS = 2;
/** Verifying reads the new tables, comparing reads both. */
const TABLE_READS = 3;
const KEYS_PER_LIST = 1000;
const WRITE_BYTES = 1024;
const READ_BYTES = 4096;

/** Returns how many write units it takes to write or delete all items of a table. */
function writeUnitsOf({ items, bytes, indexes }: RebuildVolume["tables"][number]): number {
  const each = items === 0 ? 0 : Math.ceil((bytes / items + ITEM_OVERHEAD_BYTES) / WRITE_BYTES);
  return items * (each + indexes);
}

/** Returns what it takes to delete all items of tables, one by one. */
export function emptyingBill(tables: RebuildVolume["tables"]) {
  const writeUnits = tables.reduce((sum, table) => sum + writeUnitsOf(table), 0);
  const items = tables.reduce((sum, table) => sum + table.items, 0);
  return { items, writeUnits, dollars: dollarsOf({ dynamoWrite: writeUnits }) };
}

/**
 * Returns what a rebuild costs once: reading, filling the other tables, deleting the old ones in
 * the end. Of each item is assumed that it is in every index, and is written once: in an archive of
 * more than 5,000,000 events, the rows of a node are written several times.
 */
export function rebuildBill({ objects, tables }: RebuildVolume): Bill<number> {
  const lists = Math.ceil(objects / KEYS_PER_LIST) + 1;
  const writes = tables.reduce((sum, table) => sum + writeUnitsOf(table), 0);
  const bytes = tables.reduce((sum, one) => sum + one.bytes, 0);
  return pricedBill({
    "S3 (reading)": { s3Get: ARCHIVE_READS * objects, s3List: ARCHIVE_READS * lists },
    "tables (reads)": { dynamoRead: (TABLE_READS * bytes) / READ_BYTES / 2 },
    "tables (writes)": { dynamoWrite: writes },
    "deleting the old tables' items": { dynamoWrite: writes },
    "storage for a month": storedUsage(bytes),
  });
}
