import { setTimeout as pause } from "node:timers/promises";
import { chunk } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { publish } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { type BatterySize, messagesOf } from "./messages.ts";
import { waitForStage } from "./stage.ts";

/** Calls of SNS that begin together, of ten messages each. */
const MESSAGES_AT_ONCE = 20;

/** What a load publishes. */
export interface LoadOptions extends BatterySize {
  /** The first of the parts with its messages, behind those of the battery. */
  readonly firstPart: number;
  /** Messages a second. */
  readonly perSecond: number;
}

/** What was published, in how many seconds, of how many parts. */
export interface LoadResult {
  readonly published: number;
  readonly seconds: number;
  readonly parts: number;
}

/** Publishes events at an even rate until it is aborted. */
export async function publishLoad(
  stage: Stage,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<LoadResult> {
  const startedMs = performance.now();
  const everyMs = (MESSAGES_AT_ONCE / options.perSecond) * SECOND_MS;
  let published = 0;
  let parts = 0;
  for (; !signal.aborted; parts += 1) {
    const messages = messagesOf(
      { ...options, events: Number.POSITIVE_INFINITY },
      options.firstPart + parts,
    );
    let dueMs = performance.now();
    for (const some of chunk(messages, MESSAGES_AT_ONCE)) {
      if (signal.aborted) break;
      await waitForStage(stage, signal);
      await publish(stage, some);
      published += some.length;
      // What was late is not made up for.
      dueMs = Math.max(dueMs + everyMs, performance.now() - SECOND_MS);
      await pause(Math.max(0, dueMs - performance.now()));
    }
  }
  return { published, parts, seconds: (performance.now() - startedMs) / SECOND_MS };
}
