import type { FilterRule } from "@rainhooks/filter";
import type { Stage } from "@rainhooks/local-aws";
import { publish } from "@rainhooks/local-aws";
import type { RunningRainmaker } from "@rainhooks/local-rainmaker";
import type { FleetNode } from "./fleet.ts";
import type { FleetOptions } from "./fleet-options.ts";
import type { PublishedFleetMessage } from "./message.ts";
import { type Reconciliation, readBaseline, reconcile } from "./reconciliation/reconcile.ts";
import { settle, waitingRecords } from "./settle.ts";
import { registerWithFilters, syncRules } from "./settle-in.ts";
import { simulate } from "./simulate.ts";

/** Called with the progress of a run. */
export interface RunProgress {
  /** Records of an earlier run, which are handled first. */
  readonly leftOver: (waiting: number) => void;
  readonly published: (count: number, total: number) => void;
  readonly waiting: (records: number) => void;
}

/**
 * A run without progress for this long has lost something, or retries what cannot succeed. It is longer than the visibility timeout
 * of a record that failed, or that a killed stage was working on.
 */
export const STALL_MS = 240_000;

/** Ignores the progress. */
export const IGNORED_PROGRESS: RunProgress = {
  leftOver: () => undefined,
  published: () => undefined,
  waiting: () => undefined,
};

/** A finished run. */
export interface RunResult {
  readonly nodes: readonly FleetNode[];
  /** Start of the simulated time, epoch milliseconds. */
  readonly startMs: number;
  /** Lets the nodes go on in real time, until RainMaker stops. */
  readonly goOn: () => void;
  readonly rules: readonly FilterRule[];
  readonly published: readonly PublishedFleetMessage[];
  readonly reconciliation: Reconciliation;
  readonly publishMs: number;
  readonly totalMs: number;
  /** Maximum memory of all processes of the stage during the run. */
  readonly peakMiB: number;
}

/**
 * Simulates a fleet for a local RainMaker that publishes to a stage, and reconciles every message that reached SNS. The nodes
 * stay connected afterwards, until RainMaker stops.
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
  const { nodes, published, startMs, goOn } = await simulate(running, options, {
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
  return { nodes, startMs, goOn, rules, published, reconciliation: held, publishMs, totalMs, peakMiB };
}
