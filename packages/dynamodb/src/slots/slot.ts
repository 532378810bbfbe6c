import type { TableDescription } from "../table-description.ts";

/** One of the two tables that a store has for each of its tables. */
export type Slot = "a" | "b";

/** Which slots of a store are in use. */
export interface StoreSlots {
  /** The slot that is read. */
  readonly live: Slot;
  /** True if functions write to both slots, false if only to the live one. */
  readonly both: boolean;
  /**
   * The slot that functions write before the other one, so that it has all that readers of the
   * other one can see: before a switch, the slot that becomes live. Without it they write both at
   * once.
   */
  readonly ahead?: Slot | undefined;
}

/** The slots of a store that has never been rebuilt. */
export const FIRST_SLOTS: StoreSlots = { live: "a", both: false };

/** Returns the other slot. */
export function otherSlot(slot: Slot): Slot {
  return slot === "a" ? "b" : "a";
}

/** Returns the slots to which functions write, that which is ahead first. */
export function writtenSlots({ live, both, ahead = live }: StoreSlots): readonly Slot[] {
  return both ? [ahead, otherSlot(ahead)] : [live];
}

/** Returns the name of the table in a slot. That of slot `a` is the name itself. */
export function slotTableName(name: string, slot: Slot): string {
  return slot === "a" ? name : `${name}-b`;
}

/** Returns the name of a table from its name in a slot. */
export function nameWithoutSlot(slotTable: string): string {
  return slotTable.replace(/-b$/, "");
}

/**
 * Returns the tables that a stage has for a description: two if its store has slots, otherwise one.
 */
export function deployedTables(table: TableDescription): TableDescription[] {
  if (table.store === undefined) return [table];
  return [table, { ...table, name: slotTableName(table.name, "b") }];
}
