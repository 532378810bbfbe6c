/*
 * What the events of a node show under five rules, written without any code of the product. Times
 * are milliseconds.
 */

/** Something that happens to a node. */
export interface Happening {
  readonly atMs: number;
  readonly what: "connect" | "disconnect" | "params" | number;
}

/** The rules, in the format of `watch add --file`. */
export const RULES = [
  { name: "offline", kind: "offline", for: "10m", severity: "low" },
  { name: "flapping", kind: "flapping", count: 3, window: "30m" },
  { name: "quiet", kind: "silent", for: "2h", severity: "high" },
  { name: "hot", kind: "threshold", series: "T", above: 30, hysteresis: 1, severity: "critical" },
  { name: "jumps", kind: "rate", series: "T", change: 5, window: "10m" },
] as const;

const MIN = 60_000;
const HOUR = 60 * MIN;

/**
 * A time in which a rule's condition held: when it began, when it was an alarm, and when it ended.
 */
interface Span {
  readonly start: number;
  readonly raised: number;
  readonly end: number | undefined;
}

/** Returns the alarms of a node at a time, each as one text. */
export function expectedAlarms(happenings: readonly Happening[], nowMs: number): string[] {
  const inOrder = happenings.toSorted((a, b) => a.atMs - b.atMs);
  const spans = {
    offline: offline(inOrder).filter(({ start, end = nowMs }) => end - start >= 10 * MIN),
    flapping: flapping(inOrder),
    quiet: quiet(inOrder),
    hot: runs(inOrder, (value) => (value > 30 ? "out" : value > 29 ? "close" : "in")),
    jumps: runs(inOrder, (value, atMs) => (isJump(inOrder, value, atMs) ? "out" : "in")),
  };
  return Object.entries(spans).flatMap(([rule, some]) =>
    some
      .filter(({ raised }) => raised <= nowMs)
      .map(
        ({ start, end = Number.POSITIVE_INFINITY }) =>
          `${rule} ${start} ${end > nowMs ? "open" : end}`,
      ),
  );
}

function offline(happenings: readonly Happening[]): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  for (const { atMs, what } of happenings) {
    if (what === "disconnect") start ??= atMs;
    if (what !== "connect" || start === undefined) continue;
    spans.push({ start, raised: start + 10 * MIN, end: atMs });
    start = undefined;
  }
  return start === undefined
    ? spans
    : [...spans, { start, raised: start + 10 * MIN, end: undefined }];
}

/** A drop from which a node is back within a second is none. */
function flapping(happenings: readonly Happening[]): Span[] {
  const drops = offline(happenings)
    .filter(({ start, end = Number.POSITIVE_INFINITY }) => end - start >= 1000)
    .map(({ start }) => start);
  const spans: Span[] = [];
  for (const [index, drop] of drops.entries()) {
    const third = drops[index - 2];
    if (third === undefined || drop - third >= 30 * MIN) continue;
    const last = spans.at(-1);
    if (last?.end !== undefined && drop < last.end)
      spans[spans.length - 1] = { ...last, end: drop + 30 * MIN };
    else spans.push({ start: drop, raised: drop, end: drop + 30 * MIN });
  }
  return spans;
}

/** What a node has sent is known to the hour. */
function quiet(happenings: readonly Happening[]): Span[] {
  const hours = happenings.flatMap(({ atMs, what }) =>
    what === "disconnect" ? [] : [atMs - (atMs % HOUR)],
  );
  return hours.flatMap((hour, index) => {
    const start = hour + HOUR;
    const end = hours[index + 1];
    return end !== undefined && end - start < 2 * HOUR
      ? []
      : [{ start, raised: start + 2 * HOUR, end }];
  });
}

function runs(
  happenings: readonly Happening[],
  judge: (value: number, atMs: number) => "out" | "close" | "in",
): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  for (const { atMs, what } of happenings) {
    if (typeof what !== "number") continue;
    const judged = judge(what, atMs);
    if (judged === "out") start ??= atMs;
    if (judged !== "in" || start === undefined) continue;
    spans.push({ start, raised: start, end: atMs });
    start = undefined;
  }
  return start === undefined ? spans : [...spans, { start, raised: start, end: undefined }];
}

function isJump(happenings: readonly Happening[], value: number, atMs: number): boolean {
  return happenings.some(
    (other) =>
      typeof other.what === "number" &&
      other.atMs < atMs &&
      atMs - other.atMs <= 10 * MIN &&
      Math.abs(value - other.what) >= 5,
  );
}
