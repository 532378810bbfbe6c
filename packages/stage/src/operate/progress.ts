import { RainhooksError } from "@rainhooks/core/errors";
import type { Progress } from "./progress-text.ts";

export type { Progress, Wait } from "./progress-text.ts";

/** What an operation may be given besides its request. */
export interface OperationOptions {
  /** Stops the operation soon. Its changes stay, and it can be started again. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the current step. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Why work has ended that was cancelled by another process. */
export class EndRequest extends RainhooksError {
  constructor(who: string) {
    super("write-conflict", `${who} has asked this to end. Started again, it can go on.`);
  }
}

/** Returns whether an operation has failed because it was cancelled, and not for another reason. */
export function isCancelled(thrown: unknown, signal: AbortSignal | undefined): boolean {
  if (thrown instanceof EndRequest) return true;
  if (signal?.aborted !== true) return false;
  for (let error = thrown; error !== undefined; error = error instanceof Error ? error.cause : undefined)
    if (error === signal.reason || (error instanceof Error && error.name === "AbortError")) return true;
  return false;
}

/**
 * Returns options of which `onProgress` throws the reason when `signal` is aborted: it is called in each step
 * of long work, which ends it.
 */
export function abortable({ signal, onProgress }: OperationOptions): OperationOptions {
  if (signal === undefined) return { onProgress };
  return {
    signal,
    onProgress: (progress) => {
      signal.throwIfAborted();
      onProgress?.(progress);
    },
  };
}
