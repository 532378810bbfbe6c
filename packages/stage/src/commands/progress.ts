import { SECOND_MS } from "@rainhooks/core/durations";
import type { Progress, Wait } from "../operate/progress.ts";
import { progressText, replayProgressText } from "../operate/progress-text.ts";
import type { ReplayJob } from "../operate/replay-job.ts";
import { asTyped } from "../terminal/as-typed.ts";
import { onSelectedStage } from "./on-stage.ts";
import { print, printNote } from "./output.ts";

/** A line on a terminal that is written again and again; nothing in a pipe. */
class StatusLine {
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

/** In a pipe, a line about a replay is printed this often. */
const LINE_EVERY_MS = 10 * SECOND_MS;

function waitedFor(wait: Wait): string {
  return wait.for === "handled" ? `${wait.for} ${wait.webhook}` : wait.for;
}

/**
 * Shows what an operation does: on a terminal in a line that is written again, and what people must know as a
 * line of its own.
 */
export class ProgressDisplay {
  readonly #status = new StatusLine();
  readonly #quiet: boolean;
  #linedAtMs = Date.now();
  /** What has been said since something else was done: functions are waited for side by side. */
  readonly #waitsSaid = new Set<string>();

  /** @param quiet True: only the line of a terminal. */
  constructor({ quiet = false } = {}) {
    this.#quiet = quiet;
  }

  readonly onProgress = (progress: Progress): void => {
    const waitsFor = progress.step === "wait" ? waitedFor(progress.wait) : undefined;
    const isNew = waitsFor === undefined || !this.#waitsSaid.has(waitsFor);
    if (waitsFor === undefined) this.#waitsSaid.clear();
    else this.#waitsSaid.add(waitsFor);
    if (progress.step === "started" && !this.#quiet) void print(startedText(progress.job.id));
    if (progress.step === "send") this.#send(progress.job, progress.wait);
    else if (isNote(progress) && isNew) this.#note(progressText(progress));
    else if (progress.step !== "started") this.#status.show(progressText(progress));
  };

  #note(text: string): void {
    this.#status.clear();
    if (!this.#quiet) printNote(text);
  }

  end(): void {
    this.#status.clear();
  }

  #send(job: ReplayJob, wait: Wait | undefined): void {
    const nowMs = Date.now();
    const text = replayProgressText(job, wait);
    if (this.#status.isShown) this.#status.show(text);
    else if (nowMs - this.#linedAtMs >= LINE_EVERY_MS) {
      this.#linedAtMs = nowMs;
      console.error(text);
    }
  }
}

function startedText(id: string): string {
  const cancel = asTyped(`rainhooks replay cancel ${id}${onSelectedStage()}`);
  return `Replay ${id} has started. To stop it: Ctrl-C, or ${cancel}\n`;
}

/** What people must know, also in a pipe. */
function isNote({ step }: Progress): boolean {
  return step === "wait";
}

/**
 * Runs an operation and shows its progress; Ctrl-C ends it in its own time.
 *
 * @param run Given what the operation needs.
 */
export async function withProgress<Result>(
  run: (options: Pick<ProgressDisplay, "onProgress">) => Promise<Result>,
  options: { readonly quiet?: boolean } = {},
): Promise<Result> {
  const progress = new ProgressDisplay(options);
  try {
    return await run({ onProgress: progress.onProgress });
  } finally {
    progress.end();
  }
}

/** Runs what Ctrl-C ends in its own time, instead of at once. */
export async function interruptible<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const ending = new AbortController();
  const stop = () => ending.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  try {
    return await run(ending.signal);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  }
}
