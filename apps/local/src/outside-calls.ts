import { safeLine } from "@rainhooks/stage/terminal/printable";

const MAX_DESTINATION = 260;
/** Destinations that are counted one by one; the others are counted together. */
const MAX_DESTINATIONS = 100;

/**
 * Counts what the webhooks would have sent to other machines, and says so: at once, and then at 10,
 * 100, 1,000 … attempts.
 */
export class OutsideCalls {
  readonly #counts = new Map<string, number>();
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Counts an attempt of a webhook. */
  add(webhook: string, destination: string): void {
    const wanted = `${webhook} → ${safeLine(destination, MAX_DESTINATION)}`;
    const isKnown = this.#counts.has(wanted) || this.#counts.size < MAX_DESTINATIONS;
    const key = isKnown ? wanted : `${webhook} → others`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count === 1)
      this.#print(
        `! blocked: ${key}. Only "npm start -- --allow-outside" connects to other machines.`,
      );
    else if (/^10+$/.test(String(count))) this.#print(`! blocked ${count} times: ${key}`);
  }

  /** Returns one line with the counts; `undefined` if nothing was blocked. */
  summary(): string | undefined {
    const all = [...this.#counts].sort((a, b) => b[1] - a[1]);
    const total = all.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0) return undefined;
    const most = all.slice(0, 5).map(([key, count]) => `${key} ${count}`);
    const more = all.length > most.length ? ", …" : "";
    return `Blocked ${total} ${total === 1 ? "attempt" : "attempts"} to reach other machines: ${most.join(", ")}${more}`;
  }
}
