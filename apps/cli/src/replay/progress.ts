import { durationText, SECOND_MS } from "@rainhooks/core";
import type { ReplayJob } from "@rainhooks/operate";

/** A line on a terminal that is written again and again; nothing in a pipe. */
export class StatusLine {
  readonly isShown = process.stderr.isTTY === true;
  #shownAtMs = 0;

  show(text: string): void {
    const nowMs = Date.now();
    if (!this.isShown || nowMs - this.#shownAtMs < 100) return;
    this.#shownAtMs = nowMs;
    process.stderr.write(`\r${text.slice(0, (process.stderr.columns ?? 80) - 1)}\u001b[K`);
  }

  clear(): void {
    if (this.isShown) process.stderr.write("\r\u001b[K");
  }
}

const BAR = 24;
/** In a pipe, a line is printed this often. */
const LINE_EVERY_MS = 10 * SECOND_MS;
/** Time over which the rate is measured. */
const RATE_OVER_MS = 10 * SECOND_MS;

/** Shows how far a replay is: a bar on a terminal, plain lines in a pipe. */
export class ReplayProgress {
  readonly #status = new StatusLine();
  readonly #seen: { readonly atMs: number; readonly sent: number }[] = [];
  #linedAtMs = Date.now();

  show(job: ReplayJob, waiting: string | undefined): void {
    const nowMs = Date.now();
    this.#seen.push({ atMs: nowMs, sent: job.counts.sent });
    while (this.#seen.length > 2 && nowMs - (this.#seen[0]?.atMs ?? 0) > RATE_OVER_MS) this.#seen.shift();
    const text = progressText(job, this.#rate(), waiting);
    if (this.#status.isShown) this.#status.show(`${bar(job)} ${text}`);
    else if (nowMs - this.#linedAtMs >= LINE_EVERY_MS) {
      this.#linedAtMs = nowMs;
      console.error(text);
    }
  }

  end(): void {
    this.#status.clear();
  }

  #rate(): number {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (first === undefined || last === undefined || last.atMs === first.atMs) return 0;
    return ((last.sent - first.sent) * SECOND_MS) / (last.atMs - first.atMs);
  }
}

/** Returns how far a job is: counts, rate, time left. */
export function progressText(
  { counts: { matched, sent }, planned, request }: ReplayJob,
  rate: number,
  waiting?: string,
): string {
  const isPlanned = planned > 0;
  const done = `${sent.toLocaleString("en-US")}${isPlanned ? ` of ${planned.toLocaleString("en-US")}` : ""} sent`;
  if (waiting !== undefined) return `${done}, waiting: ${waiting}`;
  if (!isPlanned) return `${done}, ${Math.round(rate).toLocaleString("en-US")} per second`;
  const left = Math.max(0, planned - matched);
  const leftMs = (left / Math.max(1, rate || request.rate)) * SECOND_MS;
  return `${done}, ${Math.round(rate).toLocaleString("en-US")} per second, ${durationText(leftMs)} left`;
}

function bar({ counts: { matched }, planned }: ReplayJob): string {
  const share = planned === 0 ? 1 : Math.min(1, matched / planned);
  const full = Math.floor(share * BAR);
  return `${"█".repeat(full)}${"░".repeat(BAR - full)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}
