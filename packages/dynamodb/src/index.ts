export { batchGet, MAX_KEYS_PER_CALL } from "./batch-get.ts";
export { batchWrite, MAX_WRITES_PER_CALL } from "./batch-write.ts";
export { conditionHeld } from "./condition.ts";
export { isRefusal, tableError, throttledError } from "./errors.ts";
export { type Attributes, keyText, type TableTarget } from "./key.ts";
export { holdLease } from "./lease.ts";
export { itemBytes, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES, refusalOf } from "./limits.ts";
export { followSlots } from "./slots/follow.ts";
export { knownSlots, MAX_SLOTS_AGE_MS, readSlots, type SlotTable, slotsOf } from "./slots/read.ts";
export {
  deployedTables,
  FIRST_SLOTS,
  otherSlot,
  type Slot,
  type StoreSlots,
  slotTableName,
  writtenSlots,
} from "./slots/slot.ts";
export type { TableUse } from "./slots/slots-table.ts";
export { type IndexDescription, keyAttributesOf, type TableDescription } from "./table-description.ts";
