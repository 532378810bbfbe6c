import { durationMs } from "@rainhooks/core/duration-text";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { AlarmLoad } from "../alarms/load.ts";
import { type TestedRule, testRule } from "../operations/test-rule.ts";
import { readRule } from "../rule/read-rule.ts";

/** What a rule would have found in a time of the past. */
export interface BackTestAnswer extends AlarmLoad, Pick<TestedRule, "fromMs" | "toMs" | "deliveries"> {
  /** Up to when they were read, if not all of them were. */
  readonly reachedMs?: number | undefined;
  readonly alarms: number;
  /** How many began in each bin of the time, from `fromMs` on. */
  readonly binMs: number;
  readonly began: readonly number[];
  /** The first alarms. */
  readonly shown: readonly Pick<
    TestedRule["alarms"][number],
    "nodeId" | "series" | "startMs" | "raisedMs" | "endMs"
  >[];
}

/** How far a test looks back. */
export const BACK_TEST_RANGES = ["1d", "7d"] as const;

/** What a back-test may take: of reading, and as a whole. */
const LIMITS = { maxTimeMs: MINUTE_MS, maxDeliveries: 1_000_000 };
const MAX_MS = 3 * MINUTE_MS;
const MAX_SHOWN = 50;
/** Parts of the time that are counted on their own. */
const BINS = 48;

/**
 * Tries a rule on the archive, which sends and stores nothing. It ends when the page does not wait for it any
 * more, and after a time.
 *
 * @throws {RainhooksError} `rules-invalid` for a text that is no rule.
 */
export async function backTest(
  reached: StageAccess,
  text: string,
  from: (typeof BACK_TEST_RANGES)[number],
  signal: AbortSignal,
): Promise<BackTestAnswer> {
  const rule = readRule(text);
  const toMs = Date.now();
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(TOO_LONG), MAX_MS);
  try {
    const { load, alarms, deliveries, reachedMs, ...range } = await testRule(
      reached,
      { rule, fromMs: toMs - (durationMs(from) ?? 0), toMs, limits: LIMITS },
      { signal: AbortSignal.any([signal, end.signal]) },
    );
    const shown = alarms
      .slice(0, MAX_SHOWN)
      .map(({ nodeId, series, startMs, raisedMs, endMs }) => ({ nodeId, series, startMs, raisedMs, endMs }));
    return {
      ...{ fromMs: range.fromMs, toMs: range.toMs, deliveries, reachedMs },
      ...binsOf(
        alarms.map(({ startMs }) => startMs),
        range,
      ),
      ...{ alarms: alarms.length, ...load, shown },
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Counts times in equal bins of a range. */
function binsOf(
  times: readonly number[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
) {
  const binMs = Math.max(1, Math.ceil((toMs - fromMs) / BINS));
  const began = Array.from({ length: BINS }, () => 0);
  for (const atMs of times) {
    const bin = Math.floor((atMs - fromMs) / binMs);
    began[bin] = (began[bin] ?? 0) + 1;
  }
  return { binMs, began };
}

const TOO_LONG = new RainhooksError(
  "input-invalid",
  "The back-test was stopped after three minutes. Choose the last day, or run it in a terminal: rainhooks watch test",
);
