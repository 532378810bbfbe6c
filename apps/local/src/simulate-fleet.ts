import { shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/count-text";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { hasArchive, type Reconciliation } from "@rainhooks/local/fleet/reconciliation/reconcile";
import type { LocalSource, RunningSource } from "@rainhooks/local/source";
import type { NodeStatus } from "@rainhooks/node-status/read-node";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import { type FirstRun, readFirstRun } from "./first-run.ts";
import { writeFleets } from "./local-data.ts";
import type { StartOptions } from "./options.ts";
import { runFleet, type ShowProgress } from "./run-fleet.ts";

/** What a start is about. */
interface Start {
  readonly source: LocalSource;
  /** Fleets that have been simulated on its data. */
  readonly fleets: number;
  readonly firstRun: FirstRun | undefined;
}

/**
 * Simulates a fleet, except with `--events 0`, or unless it is asked for: on data that already has
 * a fleet, or while webhooks are being developed. The fleet of a first run goes on at the next
 * start; if that is about another fleet or none, it disconnects.
 *
 * @returns The exit code.
 */
export async function simulateFleet(
  stage: Stage,
  running: RunningSource,
  options: StartOptions,
  start: Start,
): Promise<number> {
  const { dataDir, events, watch, namesFleet, exit } = options;
  const { fleets } = start;
  const earlier = exit ? undefined : await readFirstRun(dataDir);
  const continues = events > 0 && !namesFleet && !watch;
  if (earlier !== undefined && fleets > 0) await running.resume?.(earlier, continues);
  if (events === 0 || (watch && !namesFleet)) return 0;
  if (fleets > 0 && !namesFleet) {
    console.log(
      `The data of an earlier start is kept, and its fleet ${earlier === undefined ? IS_GONE : GOES_ON}`,
    );
    return 0;
  }
  // A new fleet beside the earlier ones: the same nodes cannot be simulated twice for the same
  // hours.
  const seed = options.namesSeed ? options.seed : options.seed + fleets;
  await writeFleets(dataDir, fleets + 1);
  return runAndReport(stage, running, { ...options, seed }, start);
}

/**
 * True if a start shows the product: with a fleet that nobody has asked for, on a stage that has
 * everything, people and tags included.
 */
export function isFirstRun(
  options: StartOptions,
  { refusal }: LocalSource,
  fleets: number,
): boolean {
  const { namesFleet, events, watch, webhooks } = options;
  return (
    fleets === 0 &&
    !namesFleet &&
    events > 0 &&
    !watch &&
    webhooks === undefined &&
    refusal === undefined
  );
}

/** Days that the fleet of a first run has lived. */
const FIRST_RUN_DAYS = 2;

const GOES_ON =
  "goes on: something happens every few seconds. To start anew, delete the data with --fresh.";
const IS_GONE =
  "is no longer connected. Simulate another fleet with --events 1000, or delete the data with --fresh.";

async function runAndReport(
  stage: Stage,
  running: RunningSource,
  options: StartOptions,
  { source, firstRun }: Start,
): Promise<number> {
  const { nodes: size, events, seed } = options;
  console.log(
    `Simulating a fleet of ${size} MQTT nodes until ${events} messages have reached SNS (seed ${seed})`,
  );
  const { startMs, continueInRealTime, published, reconciliation, publishMs, totalMs } =
    await runFleet(
      stage,
      running,
      {
        ...options,
        endsAtMs: Date.now(),
        ...(firstRun === undefined ? {} : { days: FIRST_RUN_DAYS }),
      },
      showProgress(process.stdout),
    );
  await firstRun?.afterFleet(startMs);
  await stage.runScheduled();
  console.log(`\n${nodesReport(reconciliation.nodes)}`);
  const { deliveries, objects, bytes } = reconciliation.archive;
  if (hasArchive(stage))
    console.log(
      `\nArchive: ${countText(deliveries.length, "delivery", "deliveries")} in ${countText(objects, "object")}, ${(bytes / 1024).toFixed(1)} KiB compressed`,
    );
  console.log(`\n${reconciliationReport(reconciliation, published.length)}`);
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `Simulated ${hours(Date.now() - startMs)}; published in ${seconds(publishMs)}, all handled after ${seconds(totalMs)}.`,
  );
  // Without users and tags there is no first run, and a fleet that nobody has asked for goes on,
  // too.
  const continues = firstRun !== undefined || (source.refusal !== undefined && !options.namesFleet);
  if (continues && !options.exit) {
    firstRun?.goOn();
    continueInRealTime();
    console.log(
      `\nFrom here on, something happens every few seconds.${hasText(firstRun?.has ?? [])}`,
    );
  }
  return reconciliation.problems.length === 0 ? 0 : 1;
}

function hours(ms: number): string {
  const count = ms / 3_600_000;
  return count < 72 ? `${count.toFixed(1)} hours` : `${(count / 24).toFixed(1)} days`;
}

function hasText(has: readonly string[]): string {
  return has.length === 0 ? "" : ` The stage has ${has.join("; ")}.`;
}

/** Shows progress: on a terminal one line that is updated, elsewhere a line every few seconds. */
function showProgress(out: NodeJS.WriteStream): ShowProgress {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (what, count, total) => {
    const done = total === undefined ? count === 0 : count >= total;
    const nowMs = performance.now();
    if (!done && nowMs - lastMs < (out.isTTY ? 100 : 3000)) return;
    lastMs = nowMs;
    const line = `  ${what} ${count}${total === undefined ? "" : ` of ${total}`}`;
    out.write(out.isTTY ? `\r\u001b[K${line}${done ? "\n" : ""}` : `${line}\n`);
  };
}

const MAX_ROWS = 10;
const MAX_PROBLEMS = 3;

/** Shows the first nodes of the node-status table, offline ones first. */
function nodesReport(nodes: readonly NodeStatus[]): string {
  const count = (state: string) => nodes.filter((node) => node.state === state).length;
  const rows = offlineFirst(nodes)
    .slice(0, MAX_ROWS)
    .map(({ nodeId, state, sinceMs, lastEvent }) => [
      nodeId,
      state,
      sinceMs === undefined ? "-" : formatTime(sinceMs),
      lastEvent === undefined ? "-" : shortType(lastEvent.type),
      lastEvent === undefined ? "-" : formatTime(lastEvent.atMs),
    ]);
  return [
    `Nodes: ${nodes.length} known, ${count("online")} online, ${count("offline")} offline, ${count("unknown")} unknown`,
    formatTable(["node", "state", "since (UTC)", "last event", "at (UTC)"], rows),
    ...(nodes.length > MAX_ROWS ? [`… and ${nodes.length - MAX_ROWS} more`] : []),
  ].join("\n");
}

/** Sorts nodes: those that are offline longest first, then all others in their order. */
function offlineFirst(nodes: readonly NodeStatus[]): NodeStatus[] {
  const rank = ({ state, sinceMs = 0 }: NodeStatus) =>
    state === "offline" ? sinceMs : Number.POSITIVE_INFINITY;
  return nodes.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** Shows the reconciliation of a run: expected, found, and problems. */
function reconciliationReport(reconciliation: Reconciliation, published: number): string {
  const { lines } = reconciliation;
  const rows = lines.map(({ what, expected, found, problems }) => [
    problems.length === 0 ? "ok" : "WRONG",
    what,
    expected,
    found,
  ]);
  return [
    `Reconciliation of ${published} published messages`,
    formatTable(["", "what", "expected", "found"], rows),
    ...lines.flatMap(({ problems }) => [
      ...problems.slice(0, MAX_PROBLEMS).map((problem) => `  ${problem}`),
      ...(problems.length > MAX_PROBLEMS
        ? [`  … and ${problems.length - MAX_PROBLEMS} more like these`]
        : []),
    ]),
    reconciliation.problems.length === 0
      ? "Every message is accounted for."
      : "Some messages are missing or wrong.",
  ].join("\n");
}
