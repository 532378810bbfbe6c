import { RainhooksError } from "@rainhooks/core/errors";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { Store } from "../store-names.ts";
import type { SetupJson } from "../work/request.ts";
import { type Work, type WorkFunction, withWork } from "../work/work.ts";
import type { LeaseDependencies, RebuildLease } from "./lease.ts";

/** What changing the slots of a store needs. */
export interface SlotDependencies extends LeaseDependencies, OperationOptions {
  readonly store: Store;
  /** The tables of the store, those of slot `a`. */
  readonly tables: readonly TableDescription[];
  readonly workFunction: WorkFunction;
  /**
   * How long after a change of slots every function follows it, milliseconds: the age of what they know, and
   * their timeout.
   */
  readonly settleMs: number;
  /** How old what a function knows of slots can be, milliseconds. */
  readonly slotsAgeMs: number;
  /**
   * Returns up to when the webhook has handled everything that was published. Only where that is known at
   * once.
   */
  readonly handledUntilMs?: (() => Promise<number>) | undefined;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
}

const LOOK_EVERY_MS = 1000;

/**
 * Waits until all functions follow a change of slots, also by a clock of SNS that is behind this one. A
 * function follows when what it knows is too old. One that has begun before ends with its timeout, or when
 * everything that was published by then is handled: where nothing runs, that is at once.
 *
 * @returns From when on all follow.
 */
export async function untilFollowed(
  changedAtMs: number | undefined,
  waitFor: "both-slots" | "lead" | "unused",
  dependencies: SlotDependencies,
): Promise<number> {
  const { settleMs, clockMarginMs, slotsAgeMs, handledUntilMs, nowMs, wait, onProgress } = dependencies;
  const sinceMs = changedAtMs ?? 0;
  const endMs = sinceMs + settleMs + clockMarginMs;
  for (;;) {
    const now = nowMs();
    if (now >= endMs) return endMs;
    if (now > sinceMs + slotsAgeMs && ((await handledUntilMs?.()) ?? 0) > sinceMs + slotsAgeMs) return now;
    const leftMs = endMs - now;
    onProgress?.({
      step: "wait",
      wait: waitFor === "both-slots" ? { for: waitFor, leftMs } : { for: waitFor },
    });
    await wait(Math.min(LOOK_EVERY_MS, leftMs));
  }
}

/** Lets the function write as long as this process holds the rebuild. */
export function withHeldWork<Result>(
  lease: RebuildLease,
  { store, workFunction }: SlotDependencies,
  run: (work: Work) => Promise<Result>,
  judged?: SetupJson["judged"],
): Promise<Result> {
  const setup = { store, runner: lease.runner, ...(judged === undefined ? {} : { judged }) };
  return withWork(workFunction, setup, run);
}

export function wrong(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
