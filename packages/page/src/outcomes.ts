import type { RowOutcomes } from "@rainhooks/stage/routes/answers";
import type { DeliveryRow } from "@rainhooks/stage/routes/deliveries";
import { useRef, useState } from "preact/hooks";
import { get } from "./api.ts";
import { useLive } from "./live.ts";
import { nowMs } from "./time.ts";

/** How often outcomes are read that can change, and for how long after its publication one can. */
const [EVERY_MS, CHANGES_MS] = [2000, 60_000];
/** Deliveries of one request. */
const AT_ONCE = 100;

/** Reads what came of deliveries: of each once, and again while it may change. */
export function useOutcomes(rows: readonly DeliveryRow[]): RowOutcomes {
  const [known, setKnown] = useState<RowOutcomes>({});
  const shown = useRef<readonly DeliveryRow[]>(rows);
  shown.current = rows;
  const latest = useRef(known);
  latest.current = known;
  const isOpen = ({ id, sentAtMs }: DeliveryRow) => {
    const found = latest.current[id];
    if (found === undefined) return true;
    const canChange = found.length === 0 || found.some(({ state }) => state !== "delivered");
    return canChange && nowMs.value - sentAtMs < CHANGES_MS;
  };
  const read = async (signal: AbortSignal) => {
    const ids = shown.current.filter(isOpen).map(({ id }) => id);
    if (ids.length === 0) return;
    const asked = ids.slice(0, AT_ONCE);
    const found = await get<RowOutcomes>("/console/outcomes", { ids: asked.join() }, signal);
    // What the console does not remember stays unknown, and is not asked for again.
    const none = Object.fromEntries(asked.map((id) => [id, []]));
    setKnown((before) => ({ ...before, ...none, ...found }));
  };
  useLive(read, () => EVERY_MS, [rows.length === 0]);
  return known;
}
