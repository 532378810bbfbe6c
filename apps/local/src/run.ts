import { filterRulesTable, writeRules } from "@rainhooks/filter";
import { deployedName } from "@rainhooks/webhook/define";
import { type Account, account, readBaseline } from "./account/account.ts";
import { fleetRules } from "./fleet/rules.ts";
import { type FleetOptions, type FleetScript, writeScript } from "./fleet/script.ts";
import { type PublishedMessage, publish } from "./publish.ts";
import { settle, waitingRecords } from "./settle.ts";
import type { Stage } from "./stage.ts";

/** Told how far a run is. */
export interface RunProgress {
  /** Records of an earlier run that are worked off first. */
  readonly leftOver: (waiting: number) => void;
  readonly published: (count: number, total: number) => void;
  readonly waiting: (records: number) => void;
}

/** A progress that nobody looks at. */
export const UNSEEN: RunProgress = {
  leftOver: () => undefined,
  published: () => undefined,
  waiting: () => undefined,
};

/** A finished run. */
export interface RunResult {
  readonly script: FleetScript;
  readonly published: readonly PublishedMessage[];
  readonly account: Account;
  readonly publishMs: number;
  readonly totalMs: number;
  /** Most memory that the stage's processes took together while the run went on. */
  readonly peakMiB: number;
}

/** Runs a fleet against a stage and accounts for every message it published. */
export async function runFleet(
  stage: Stage,
  options: FleetOptions,
  stallMs: number,
  progress: RunProgress,
): Promise<RunResult> {
  const script = writeScript(options);
  const rules = fleetRules(script.nodes);
  const tableName = deployedName(stage.name, filterRulesTable.name);
  await writeRules({ client: stage.clients.dynamodb, tableName }, rules, []);
  const leftOver = await waitingRecords(stage);
  if (leftOver > 0) await settle(stage, { stallMs, onWaiting: progress.leftOver });
  const before = await readBaseline(stage);
  const startedMs = performance.now();
  let count = 0;
  const published = await publish(stage.clients.sns, stage.provisioned.topics, script.messages, (some) => {
    count += some;
    progress.published(count, script.messages.length);
  });
  const publishMs = performance.now() - startedMs;
  const peakMiB = await settle(stage, { stallMs, onWaiting: progress.waiting });
  const totalMs = performance.now() - startedMs;
  return {
    script,
    published,
    account: await account(stage, published, rules, before),
    publishMs,
    totalMs,
    peakMiB,
  };
}
