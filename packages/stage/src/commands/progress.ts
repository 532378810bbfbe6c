import { SECOND_MS } from "@rainhooks/core/durations";
import { type Progress, progressText, type Wait } from "../operate/progress.ts";
import { asTyped } from "../terminal/as-typed.ts";
import { onSelectedStage } from "./data-folder.ts";
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

/**
 * Runs an operation and shows what it does: on a terminal in a line that is written again, and what
 * people must know as a line of its own.
 *
 * @param run Given what the operation needs.
 * @param options `quiet`: only the line of a terminal. @defaultValue false
 */
export async function withProgress<Result>(
  run: (options: { readonly onProgress: (progress: Progress) => void }) => Promise<Result>,
  { quiet = false }: { readonly quiet?: boolean } = {},
): Promise<Result> {
  const status = new StatusLine();
  let lineAtMs = Date.now();
  // What has been said since something else was done: functions are waited for side by side.
  const waitsSaid = new Set<string>();
  const showSending = (text: string) => {
    const nowMs = Date.now();
    if (status.isShown) status.show(text);
    else if (nowMs - lineAtMs >= LINE_EVERY_MS) {
      lineAtMs = nowMs;
      console.error(text);
    }
  };
  const showWait = (wait: Wait, text: string) => {
    const what = wait.for === "handled" ? `${wait.for} ${wait.webhook}` : wait.for;
    if (waitsSaid.has(what)) status.show(text);
    else {
      waitsSaid.add(what);
      status.clear();
      if (!quiet) printNote(text);
    }
  };
  const onProgress = (progress: Progress): void => {
    const text = progressText(progress);
    if (progress.step === "wait") showWait(progress.wait, text);
    else waitsSaid.clear();
    if (progress.step === "send") showSending(text);
    else if (progress.step === "started" && !quiet) void print(startedText(progress.job.id));
    else if (progress.step !== "wait" && progress.step !== "started") status.show(text);
  };
  try {
    return await run({ onProgress });
  } finally {
    status.clear();
  }
}

function startedText(id: string): string {
  const cancel = asTyped(`rainhooks replay cancel ${id}${onSelectedStage()}`);
  return `Replay ${id} has started. To stop it: Ctrl-C, or ${cancel}\n`;
}

/** Runs what Ctrl-C ends in its own time, instead of at once. */
export async function interruptible<Result>(
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController();
  const stop = () => ending.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  try {
    return await run(ending.signal);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  }
}
