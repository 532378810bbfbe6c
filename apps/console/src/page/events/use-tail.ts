import { address } from "@rainhooks/page/address";
import { hrefOf, send } from "@rainhooks/page/api";
import { isReading } from "@rainhooks/page/live";
import type { DeliveryRow } from "@rainhooks/stage/routes/deliveries";
import { useEffect, useRef, useState } from "preact/hooks";

/** Deliveries that are kept and shown. */
const MAX_KEPT = 500;
const DRAW_EVERY_MS = 500;
const AGAIN_MS = 3000;

/** The deliveries that pass on the stage now. */
export interface Tail {
  readonly rows: readonly DeliveryRow[];
  readonly isLive: boolean;
  /** While a row is open, the others wait. */
  readonly isOpen: boolean;
  readonly isPaused: boolean;
  readonly setPaused: (isPaused: boolean) => void;
}

/**
 * Follows the deliveries that pass on the stage, if it can be. What is shown waits while somebody
 * reads.
 */
export function useTail(filter: TailFilter, isOn: boolean): Tail {
  const kept = useRef<readonly DeliveryRow[]>([]);
  const [rows, setRows] = useState<readonly DeliveryRow[]>([]);
  const [isPaused, setPaused] = useState(false);
  const [isLive, setLive] = useState(false);
  // A row that comes above it would move what is read from below the pointer.
  const isOpen = address.value.params["open"] !== undefined;
  const isHeld = isPaused || isOpen;
  useEffect(() => {
    const end = new AbortController();
    const follow = async () => {
      const onLine = (line: Parameters<Parameters<typeof followTail>[1]>[0]) => {
        setLive(true);
        if (line.kind === "delivery")
          kept.current = [line.delivery, ...kept.current].slice(0, MAX_KEPT);
      };
      await followTail(filter, onLine, end.signal).catch(() => undefined);
      setLive(false);
      // The stage may be there again; its feed begins anew.
      kept.current = [];
      if (!end.signal.aborted) setTimeout(follow, AGAIN_MS);
    };
    if (isOn) void follow();
    return () => end.abort();
  }, [filter, isOn]);
  useEffect(() => {
    const draw = () => setRows(kept.current);
    if (!isHeld) draw();
    const timer = setInterval(() => {
      if (!isHeld && !isReading.value && !document.hidden) draw();
    }, DRAW_EVERY_MS);
    return () => clearInterval(timer);
  }, [filter, isHeld]);
  return { rows, isLive, isOpen, isPaused, setPaused };
}

/** A line of the live tail. */
export type TailLine =
  | { readonly kind: "delivery"; readonly delivery: DeliveryRow }
  | { readonly kind: "live" | "alive" }
  | { readonly kind: "left-out"; readonly count: number };

/** What people look for in deliveries. */
export interface TailFilter {
  readonly type?: string | undefined;
  readonly node?: string | undefined;
  readonly text?: string | undefined;
}

/** Reads the deliveries that pass on the stage and a filter, until it stops or `signal` aborts. */
export async function followTail(
  { type, node, text }: TailFilter,
  onLine: (line: TailLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const { body } = await send(hrefOf("/console/live", { type, node, text }), { signal });
  if (body === null) return;
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const lines = (rest + next.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(JSON.parse(line) as TailLine);
  }
}
