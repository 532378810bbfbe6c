import { otherSlot, type Slot } from "@rainhooks/dynamodb/slots/slot";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { Store } from "../store-names.ts";
import { COMPARED_TABLES } from "../stores.ts";
import { type EndedAt, segmentsOf } from "../verify/read-tables.ts";
import { share } from "../work/share.ts";
import { callToEnd, type Work } from "../work/work.ts";
import { addComparisons, type SlotComparison } from "./compare-work.ts";

/** What a comparison of slots needs. */
export interface CompareSlotsDependencies extends Pick<OperationOptions, "onProgress"> {
  readonly store: Store;
  readonly work: Work;
  readonly nowMs: () => number;
}

/**
 * Compares the facts of both slots while events are written to both. The live slot is read first: what it has
 * and the other does not is missing there.
 *
 * @param firstMs When the first archived delivery was published: what is older cannot come from the archive.
 */
export async function compareSlots(
  live: Slot,
  firstMs: number,
  { store, work, nowMs, onProgress = () => undefined }: CompareSlotsDependencies,
): Promise<SlotComparison> {
  const readAtMs = nowMs();
  for (const [slot, source] of [
    [live, "stored"],
    [otherSlot(live), "archived"],
  ] as const) {
    onProgress({ step: "read-slot", slot });
    const segments = segmentsOf(COMPARED_TABLES[store], slot, work.concurrency);
    await share(work.concurrency, segments, async (segment) => {
      await callToEnd((after: EndedAt["after"]) => work.call("readTable", segment, source, after));
    });
  }
  const compared: SlotComparison[] = [];
  await share(work.concurrency, await work.call("partitions"), async (partition) => {
    compared.push(await work.call("compareInSlots", partition, { fromMs: firstMs, readAtMs }));
  });
  return addComparisons(compared);
}
