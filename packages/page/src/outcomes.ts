import type { RowOutcomes } from "@rainhooks/stage/routes/answers";
import type { DeliveryRow } from "@rainhooks/stage/routes/deliveries";
import { useRef, useState } from "preact/hooks";
import { get } from "./api.ts";
import { useLive } from "./live.ts";
import { nowMs } from "./time.ts";

/** How often outcomes are read that can change, and for how long after its publication one soon can. */
const [EVERY_MS, CHANGES_MS] = [2000, 60_000];
/** How often those are read that wait for a later attempt. */
const WAITING_EVERY_MS = 30_000;
/** Deliveries of one request. */
const AT_ONCE = 100;

/** Reads what came of deliveries: of each once, and again while it may change. */
export function useOutcomes(rows: readonly DeliveryRow[]): RowOutcomes {
  const [known, setKnown] = useState<RowOutcomes>({});
  const shown = useRef<readonly DeliveryRow[]>(rows);
  shown.current = rows;
  const latest = useRef(known);
  latest.current = known;
  const waitingReadMs = useRef(0);
  const read = async (signal: AbortSignal) => {
    const isDue = nowMs.value - waitingReadMs.current >= WAITING_EVERY_MS;
    if (isDue) waitingReadMs.current = nowMs.value;
    const ids = shown.current
      .filter(({ id, sentAtMs }) => {
        const found = latest.current[id];
        if (found === undefined || (isDue && found.some(({ state }) => state === "waiting"))) return true;
        const canChange = found.length === 0 || found.some(({ state }) => state !== "delivered");
        return canChange && nowMs.value - sentAtMs < CHANGES_MS;
      })
      .map(({ id }) => id);
    if (ids.length === 0) return;
    const asked = ids.slice(0, AT_ONCE);
    const found = await get<RowOutcomes>("/console/outcomes", { ids: asked.join() }, signal);
    // What the console does not remember stays unknown, and is not asked for again.
    const none = Object.fromEntries(asked.map((id) => [id, []]));
    setKnown((before) => {
      const all: RowOutcomes = { ...before, ...none, ...found };
      const kept = new Set(shown.current.map(({ id }) => id));
      return Object.fromEntries(Object.entries(all).filter(([id]) => kept.has(id)));
    });
  };
  useLive(read, () => EVERY_MS, [rows.length === 0]);
  return known;
}
