import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { RainhooksError } from "@rainhooks/core/errors";
import { readState, type StoreState } from "@rainhooks/extensions/repair/rebuild/rebuild-state";
import { BUNDLED_COMMAND, runCommand } from "../cli/testing/run-command.ts";
import type { Rebuilds, RebuildTarget } from "../rebuilds.ts";

/** Between the write that switches and the end of the process are some milliseconds. */
const LOOK_EVERY_MS = 5;

/** Where a rebuild is killed. */
interface Moment {
  readonly name: string;
  readonly isReached: (state: StoreState) => boolean;
}

/** Whether a rebuild fills the tables, and has filled so many partitions. */
const hasFilled = ({ rebuild }: StoreState, partitions: number) =>
  rebuild?.phase === "filling" && rebuild.partitions >= partitions;

/** Moments at which a rebuild is killed, in the order in which they come. */
const MOMENTS: readonly Moment[] = [
  {
    name: "waiting until functions write to both",
    isReached: (state) => hasFilled(state, 0) && state.both,
  },
  { name: "filling", isReached: (state) => hasFilled(state, 32) },
  { name: "filling, later", isReached: (state) => hasFilled(state, 128) },
  {
    name: "verifying",
    isReached: ({ rebuild, ahead }) => rebuild?.phase === "filled" && ahead !== undefined,
  },
  { name: "switching", isReached: (state) => state.live === "b" },
];

async function withKills(
  store: string,
  target: RebuildTarget,
  print: (text: string) => void,
): Promise<string[]> {
  const killed: string[] = [];
  for (const moment of MOMENTS) {
    await untilFree(store, target);
    const end = await killAt(moment, store, target);
    if (end === "SIGKILL") {
      killed.push(moment.name);
      print(`The rebuild of ${store} was killed while ${moment.name}.`);
    } else if (end !== 0) throw notSwitched(store, `it ended with ${end}`);
    if ((await readState(target.slots, store)).live === "b") break;
  }
  await untilFree(store, target);
  const { live } = await readState(target.slots, store);
  if (live !== "b") throw notSwitched(store, `slot ${live} is live`);
  return killed;
}

async function goBack(store: string, target: RebuildTarget): Promise<void> {
  const { code, err } = await runCommand(["rebuild", "back", store, "--data", target.dataDir]);
  if (code !== 0) throw new RainhooksError("stage-failed", `${store} has not gone back: ${err}`);
}

/** Rebuilds that are killed again and again, and still end. */
export const interruptedRebuilds: Rebuilds = { withKills, goBack };

/**
 * Starts a rebuild, and kills its process at a moment; returns the signal that ended it, or its
 * exit code.
 */
async function killAt(
  { isReached }: Moment,
  store: string,
  { dataDir, slots }: RebuildTarget,
): Promise<NodeJS.Signals | number | null> {
  const before = await readState(slots, store);
  const args = [BUNDLED_COMMAND, "rebuild", "start", store, "--yes", "--data", dataDir];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  while (child.exitCode === null && child.signalCode === null) {
    const state = await readState(slots, store);
    const { runner } = state.rebuild ?? {};
    // The one that was killed before is still named until this one has taken the rebuild over.
    // After the switch none may be.
    const isHeld = runner !== undefined && runner !== before.rebuild?.runner;
    if ((isHeld || state.live === "b") && isReached(state)) child.kill("SIGKILL");
    await pause(LOOK_EVERY_MS);
  }
  return child.signalCode ?? child.exitCode;
}

/** Waits until the process that was killed does not hold the rebuild any more. */
async function untilFree(store: string, { slots }: RebuildTarget): Promise<void> {
  const { rebuild } = await readState(slots, store);
  await pause(Math.max(0, (rebuild?.leaseUntilMs ?? 0) - Date.now()));
}

function notSwitched(store: string, why: string): RainhooksError {
  return new RainhooksError("stage-failed", `The rebuild of ${store} has not switched: ${why}.`);
}
