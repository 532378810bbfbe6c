import { messageOf } from "@rainhooks/core/errors";
import { onParentGone } from "../parent-gone.mjs";

/** Exit code of an interrupted run: the shells' code for Ctrl-C. */
export const INTERRUPTED = 130;

/**
 * Waits for Ctrl-C, or for the end of the script of npm that this process belongs to. A second Ctrl-C ends
 * the process at once.
 */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const interrupt = () => {
      count += 1;
      if (count > 1) process.exit(INTERRUPTED);
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupt);
    onParentGone(resolve);
  });
}

/**
 * Maximum time for a stage to end: on a full disk, it can never write its remaining data. On a busy machine,
 * it takes more than ten seconds.
 */
const MAX_END_MS = 30_000;

/**
 * Ends the stage; after the time limit the process exits. Returns whether everything ended without an error.
 */
export async function endInTime(
  end: () => Promise<void>,
  printProblem: (text: string) => void,
): Promise<boolean> {
  const timer = setTimeout(() => {
    console.error(
      `! The stage did not stop within ${MAX_END_MS / 1000} s. Data that was not written yet is lost.`,
    );
    process.exit(1);
  }, MAX_END_MS);
  try {
    await end();
    return true;
  } catch (error) {
    printProblem(messageOf(error));
    return false;
  } finally {
    clearTimeout(timer);
  }
}
