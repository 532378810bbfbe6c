import { useEffect, useRef, useState } from "preact/hooks";
import { get, isPassing, stage, type Texts } from "./api.ts";
import { Signal } from "./signal.ts";

/** True while a person scrolls, types or selects text: the data on the page do not change then. */
export const isReading = new Signal(false);

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

for (const name of ["scroll", "wheel", "touchmove"])
  addEventListener(name, noticeReading, { capture: true, passive: true });
// After the field's own listeners, also those of `change`, which follows in the same task: drawing
// before them would put back what the field had before.
addEventListener("input", () => setTimeout(noticeReading));
document.addEventListener("selectionchange", () => {
  if (hasSelection()) noticeReading();
});

/**
 * Runs something now and repeatedly, while the page is visible and nobody is reading. A run ends
 * before the next one begins.
 */
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
      if (document.hidden || isReading.value) schedule(LOOK_AGAIN_MS);
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

/** What was read, or why reading has failed. */
export interface Reading<Result> {
  readonly result?: Result | undefined;
  readonly failure?: unknown;
}

/** Reads nothing again by itself. */
export const ONCE = 2_000_000_000;

const FREE_EVERY_MS = 5000;

/**
 * Returns after how many milliseconds something is read again that AWS bills: only on a local
 * stage, where it costs nothing.
 *
 * @param canChange False for what is past.
 */
export function untilFreeReadMs(canChange = true): number {
  return stage.value?.isLocal !== false && canChange ? FREE_EVERY_MS : ONCE;
}

/**
 * How often it is tried again to read what the network, or a stage that has gone, has kept from it.
 */
const LOST_EVERY_MS = 2000;

/** What took too long is a failure if there is nothing older to show; what was ended is none. */
function failureOf(
  failure: unknown,
  result: unknown,
  signal: AbortSignal,
): { readonly failure?: unknown } {
  if (!signal.aborted) return { failure };
  const isLate = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
  return isLate && result === undefined ? { failure: new Error(TOO_LATE) } : {};
}

const TOO_LATE = `There was no response within ${MAX_RUN_MS / 1000} seconds. Load the page again, or ask at the terminal.`;

/**
 * Reads something repeatedly while a component is shown. What was read before stays until there is
 * something newer.
 */
export function useReading<Result>(
  read: (signal: AbortSignal) => Promise<Result>,
  everyMs: number | (() => number),
  inputs: readonly unknown[],
): Reading<Result> {
  const [reading, setReading] = useState<Reading<Result>>({});
  const isLost = useRef(false);
  const run = (signal: AbortSignal) =>
    read(signal).then(
      (result) => {
        isLost.current = false;
        setReading({ result });
      },
      (failure: unknown) => {
        isLost.current = isPassing(failure);
        setReading(({ result }) => ({ result, ...failureOf(failure, result, signal) }));
      },
    );
  // What is read once only is read when the console can be reached again.
  const nextMs = () =>
    Math.min(
      typeof everyMs === "number" ? everyMs : everyMs(),
      isLost.current ? LOST_EVERY_MS : ONCE,
    );
  useLive(run, nextMs, inputs);
  return reading;
}

/**
 * Reads a path of the console repeatedly while a component is shown, and at once when something
 * else is asked.
 *
 * @param again When one of these changes, it is read again, too.
 */
export function useGet<Result>(
  path: string,
  params: Texts = {},
  everyMs: number | (() => number) = ONCE,
  again: readonly unknown[] = [],
): Reading<Result> {
  const inputs = [path, JSON.stringify(params), JSON.stringify(again)];
  return useReading((signal) => get<Result>(path, params, signal), everyMs, inputs);
}

/** After what time without typing something is asked. */
const UNTYPED_MS = 400;

/** Returns what somebody types, as it is when nothing has been typed for a moment. */
export function useTyped(latest: string): string {
  const [typed, setTyped] = useState(latest);
  useEffect(() => {
    const timer = setTimeout(() => setTyped(latest), UNTYPED_MS);
    return () => clearTimeout(timer);
  }, [latest]);
  return typed;
}

/** A request that a button starts, and its result. */
interface Mutation<Result> {
  /** The last result. */
  readonly result: Result | undefined;
  readonly failure: unknown;
  readonly isBusy: boolean;
  readonly ask: () => Promise<void>;
  /** Ends what runs, without a failure. */
  readonly stop: () => void;
}

/**
 * Sends a request when the button is pressed, and never after the component is gone. An earlier
 * result stays until there is a new one.
 */
export function useMutation<Result>(
  read: (signal: AbortSignal) => Promise<Result>,
): Mutation<Result> {
  const [result, setResult] = useState<Result>();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const end = useRef<AbortController>(undefined);
  const stop = () => end.current?.abort();
  useEffect(() => stop, []);
  const ask = async () => {
    end.current = new AbortController();
    const { signal } = end.current;
    setBusy(true);
    setFailure(undefined);
    await read(signal).then(setResult, (error: unknown) => {
      if (!signal.aborted) setFailure(error);
    });
    setBusy(false);
  };
  return { result, failure, isBusy, ask, stop };
}
