import { type Slot, slotTableName } from "@rainhooks/dynamodb";
import type { WorkParts } from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import { type ReachedStage, slotClient, tableOf } from "@rainhooks/stage";
import { archiveParts } from "./parts.ts";

/** Returns what reading the archive and the tables of a slot needs. */
export async function workParts(reached: ReachedStage, store: Store, slot: Slot): Promise<WorkParts> {
  const nameOf = (table: string) => tableOf(reached, slotTableName(table, slot));
  return { ...(await archiveParts(reached, store)), tables: { client: slotClient(reached), nameOf } };
}
