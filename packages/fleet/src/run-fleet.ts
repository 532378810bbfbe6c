import type { FilterRule } from "@rainhooks/filter";
import type { Stage } from "@rainhooks/local-aws";
import { publish } from "@rainhooks/local-aws";
import type { RunningRainmaker } from "@rainhooks/local-rainmaker";
import type { FleetNode } from "./fleet.ts";
import type { PublishedFleetMessage } from "./message.ts";
import type { FleetOptions } from "./options.ts";
import { type Reconciliation, readBaseline, reconcile } from "./reconciliation/reconcile.ts";
import { settle, waitingRecords } from "./settle.ts";
import { registerWithFilters, syncRules } from "./settle-in.ts";
import { simulate } from "./simulate.ts";

/** Told how far a run is. */
export interface RunProgress {
  /** Records of an earlier run that are worked off first. */
  readonly leftOver: (waiting: number) => void;
  readonly published: (count: number, total: number) => void;
  readonly waiting: (records: number) => void;
}

/**
 * A run in which nothing moves this long has lost something, or retries what cannot succeed. It is longer than a record
 * that failed, or that a killed stage was working on, stays hidden.
 */
export const STALL_MS = 240_000;

/** A progress that nobody looks at. */
export const UNSEEN: RunProgress = {
  leftOver: () => undefined,
  published: () => undefined,
  waiting: () => undefined,
};

/** A finished run. */
export interface RunResult {
  readonly nodes: readonly FleetNode[];
  /** When the lives that were played began, epoch milliseconds. */
  readonly startMs: number;
  readonly rules: readonly FilterRule[];
  readonly published: readonly PublishedFleetMessage[];
  readonly reconciliation: Reconciliation;
  readonly publishMs: number;
  readonly totalMs: number;
  /** Most memory that the stage's processes took together while the run went on. */
  readonly peakMiB: number;
}

/**
 * Lets a fleet live in front of a local RainMaker whose messages go to a stage, and accounts for every message that
 * reached SNS. The nodes stay connected afterwards, until RainMaker stops.
 */
export async function runFleet(
  stage: Stage,
  running: RunningRainmaker,
  options: FleetOptions,
  stallMs: number,
  progress: RunProgress,
): Promise<RunResult> {
  const leftOver = await waitingRecords(stage);
  if (leftOver > 0) await settle(stage, { stallMs, onWaiting: progress.leftOver });
  const before = await readBaseline(stage);
  let rules: readonly FilterRule[] = [];
  let count = 0;
  const startedMs = performance.now();
  const { nodes, published, startMs } = await simulate(running, options, {
    register: async (all) => {
      rules = await registerWithFilters(running, stage.integration, all);
      await syncRules(stage, rules);
    },
    send: (messages) =>
      publish(stage.clients.sns, stage.provisioned.topics, messages, (some) => {
        count += some;
        progress.published(count, options.events);
      }),
  });
  const publishMs = performance.now() - startedMs;
  const peakMiB = await settle(stage, { stallMs, onWaiting: progress.waiting });
  const totalMs = performance.now() - startedMs;
  const held = await reconcile(stage, published, rules, before);
  return { nodes, startMs, rules, published, reconciliation: held, publishMs, totalMs, peakMiB };
}
