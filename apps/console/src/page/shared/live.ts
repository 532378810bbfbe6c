import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** True while a person scrolls, types or selects text: what they look at does not change meanwhile. */
export const isReading = signal(false);

const QUIET_MS = 1200;
const LOOK_AGAIN_MS = 250;
/** After this time a run is given up: the stage may have been stopped before it responded. */
const MAX_RUN_MS = 20_000;

let quiet: ReturnType<typeof setTimeout> | undefined;

function noticeReading(): void {
  isReading.value = true;
  clearTimeout(quiet);
  quiet = setTimeout(endReading, QUIET_MS);
}

function endReading(): void {
  if (hasSelection()) quiet = setTimeout(endReading, QUIET_MS);
  else isReading.value = false;
}

function hasSelection(): boolean {
  return (getSelection()?.toString() ?? "") !== "";
}

for (const name of ["scroll", "wheel", "touchmove", "input"])
  addEventListener(name, noticeReading, { capture: true, passive: true });
document.addEventListener("selectionchange", () => {
  if (hasSelection()) noticeReading();
});

/** Runs something now and repeatedly, while the page is visible and nobody is reading. A run ends before the next one begins. */
function live(run: (signal: AbortSignal) => Promise<unknown>, everyMs: () => number): () => void {
  const end = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  const again = async () => {
    // Failures are shown where the run stores them, and by the connection.
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(MAX_RUN_MS)]);
    await run(signal).catch(() => undefined);
    schedule(everyMs());
  };
  const schedule = (ms: number) => {
    if (end.signal.aborted) return;
    timer = setTimeout(() => {
      if (document.hidden || isReading.peek()) schedule(LOOK_AGAIN_MS);
      else void again();
    }, ms);
  };
  void again();
  return () => {
    end.abort();
    clearTimeout(timer);
  };
}

/** Runs something repeatedly while a component is shown, and anew when `inputs` change. */
export function useLive(
  run: (signal: AbortSignal) => Promise<unknown>,
  everyMs: () => number,
  inputs: readonly unknown[],
): void {
  useEffect(() => live(run, everyMs), inputs as unknown[]);
}
