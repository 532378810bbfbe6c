const TINY = 24;
const SHORT = 4096;
const LONG = 16_384;
/** Quicker than any square of the short length could be: it is not measured again. */
const QUICK_MS = 0.4;
const MAX_TINY_MS = 20;
const MEASUREMENTS = 4;
/** Longer than a collection of garbage: one measurement is enough. */
const CLEAR_MS = 25;
/**
 * The long text is four times as long; the square of that is 16, and less where the longer text
 * makes the engine compile the expression.
 */
const MAX_RATIO = 7;

const COMMON = [...'aA0 \n-/."\\=:%&(', "://"];
const MAX_WORDS = 16;
const MAX_PARTNERS = 10;

/** A text that is repeated, and what stands before and after it. */
type Attack = readonly [before: string, repeated: string, after: string];

function* attacksOf(words: readonly string[]): Generator<Attack> {
  const all = [...new Set([...words.slice(0, MAX_WORDS), ...COMMON])];
  for (const word of all) {
    yield ["", word, ""];
    yield ["", word, "\u0000"];
    for (const partner of all.slice(0, MAX_PARTNERS)) {
      yield ["", word + partner, "\u0000"];
      yield [partner, word, "\u0000"];
    }
  }
}

function textOf([before, repeated, after]: Attack, length: number): string {
  return before + repeated.repeat(Math.ceil(length / repeated.length)) + after;
}

/**
 * Looks for a text whose time grows faster than its length. It is the time of processors, the best
 * of some measurements, and only their ratio counts: a busy machine changes nothing.
 *
 * @param run What reads a text from outside.
 * @param words Words and characters that mean something to it; common ones are always tried.
 * @returns The beginning of such a text; `undefined` if there is none.
 */
export function superlinearText(
  run: (text: string) => unknown,
  words: readonly string[],
): string | undefined {
  for (const attack of attacksOf(words)) {
    const tiny = textOf(attack, TINY);
    // What doubles with each character would never end on a longer text.
    if (msOf(run, tiny, 1) > MAX_TINY_MS && msOf(run, tiny, MEASUREMENTS) > MAX_TINY_MS)
      return tiny;
    const short = textOf(attack, SHORT);
    if (msOf(run, short, 1) < QUICK_MS || msOf(run, short, MEASUREMENTS) < QUICK_MS) continue;
    if (growsFast(run, short, textOf(attack, LONG))) return short.slice(0, 30);
  }
  return undefined;
}

/**
 * True if each of some comparisons says so: what is linear needs only one moment without a
 * collection of garbage.
 */
function growsFast(run: (text: string) => unknown, short: string, long: string): boolean {
  for (let count = 0; count < MEASUREMENTS; count += 1) {
    if (msOf(run, long, MEASUREMENTS) / msOf(run, short, MEASUREMENTS) <= MAX_RATIO) return false;
  }
  return true;
}

function msOf(run: (text: string) => unknown, text: string, measurements: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let count = 0; count < measurements && (count === 0 || best < CLEAR_MS); count += 1) {
    const start = process.cpuUsage();
    run(text);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
