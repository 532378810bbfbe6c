import { RainhooksError } from "@rainhooks/core/errors";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import type { ReplayJob } from "./replay-job.ts";

/** What an operation waits for. */
export type Wait =
  /** The buffer of the archive is written. */
  | { readonly for: "archive-buffer"; readonly leftMs: number }
  /** Deliveries in the queue of the archive are archived; `ageMs`: the age of the oldest one. */
  | { readonly for: "archive-queue"; readonly ageMs: number }
  /** Deliveries in the queue of the archive are archived; `count`: their number. */
  | { readonly for: "archive-queue-length"; readonly count: number }
  /** Firehose writes its buffer; `ageMs`: the maximum age of the records in it. */
  | { readonly for: "firehose"; readonly ageMs: number }
  /** All functions have seen that a destination is active. */
  | { readonly for: "active-seen"; readonly destination: string }
  /** No other process can be running a replay any more. */
  | { readonly for: "other-process"; readonly leftMs: number }
  /** Fewer messages wait for a webhook. */
  | { readonly for: "fewer-waiting"; readonly webhook: string; readonly count: number }
  /** All functions write to both slots. */
  | { readonly for: "both-slots"; readonly leftMs: number }
  /** All functions write to the tables first that become live. */
  | { readonly for: "lead" }
  /** No function uses the other tables. */
  | { readonly for: "unused" }
  /** A webhook has handled what was published so far; `leftMs`: the maximum time until that is known. */
  | { readonly for: "handled"; readonly webhook: string; readonly leftMs?: number }
  /** The alarms of the old tables have been swept. */
  | { readonly for: "swept"; readonly leftMs: number };

/** What an operation does now. */
export type Progress =
  | {
      readonly step: "read-archive";
      readonly objects?: number;
      readonly deliveries: number;
      /** Deliveries that will be sent. */
      readonly matched?: number;
    }
  | { readonly step: "read-tables"; readonly items: number }
  /** It waits for the outcomes of messages; `messages`: how many are still in a queue. */
  | { readonly step: "outcomes"; readonly webhook: string; readonly messages: number }
  /** It changes things one after the other; `done`: how many are changed. */
  | { readonly step: "change"; readonly done: number; readonly of: number }
  /** Number of objects that were copied to another stage. */
  | { readonly step: "copy"; readonly objects: number }
  /** Number of objects that an erasure has read. */
  | { readonly step: "erase"; readonly objects: number }
  | { readonly step: "read-slot"; readonly slot: Slot }
  | { readonly step: "compare"; readonly partitions: number; readonly of: number }
  | { readonly step: "explain"; readonly objects: number }
  | { readonly step: "copy-rows" }
  /** Number of items that were deleted from the tables that are not live. */
  | { readonly step: "delete-items"; readonly items: number }
  | { readonly step: "write"; readonly partition: number; readonly of: number }
  | { readonly step: "found-with-athena"; readonly deliveries: number; readonly scannedBytes: number }
  /** A replay has begun; it can be cancelled by its id. */
  | { readonly step: "started"; readonly job: ReplayJob }
  | { readonly step: "send"; readonly job: ReplayJob; readonly wait: Wait | undefined }
  | { readonly step: "wait"; readonly wait: Wait };

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
