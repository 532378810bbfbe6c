import type { Usage } from "@rainhooks/stage/cost/usage";
import { number } from "@rainhooks/stage/numbers";
import { MAX_FLEET_NODES } from "./watch-tables.ts";

/**
 * Sweeps of alarms in a month, with one rule for nodes that are offline; each reads the shards of
 * two indexes.
 */
const SWEEPS = 60 * 24 * 30;
export const SWEEP_READS = 25;
/** How far it has come. */
export const SWEEP_WRITES = 2;
const SWEEP_MS = 150;
/**
 * Once an hour, each row of node status is looked at: 0.8 KB, half a unit for 4 KB, and the time of
 * a processor with a gigabyte of memory.
 */
const SCAN_READS_PER_NODE = 0.1;
const SCAN_MS_PER_NODE = 0.02;
/**
 * Drops of a node in a day, the share of them that becomes an alarm and is marked, and how often
 * each of these is evaluated.
 */
const DROPS_PER_DAY = 3;
const ALARM_SHARE = 0.1;
export const EVALUATIONS_PER_ALARM = 2.3;
/**
 * Write units of an alarm, its indexes and its two messages until its end (12, and 1 to 6 by how
 * many are sent together), and of what it changes in rows of nodes; read units and time of an
 * evaluation, with what is read to send. A test counts them: `npm run test:all -- alarm-units`.
 */
export const ALARM_WRITES = 13;
export const NODE_ROW_WRITES = 1.7;
export const EVALUATION_READS = 3.3;
const EVALUATION_MS = 4;

/** Returns what alarms of a fleet take in a month. */
export function watchUsage(nodes: number): Usage {
  const alarms = nodes * DROPS_PER_DAY * 30 * ALARM_SHARE;
  const evaluated = alarms * EVALUATIONS_PER_ALARM;
  const scanned = nodes * 24 * 30;
  const cpuMs = SWEEPS * SWEEP_MS + scanned * SCAN_MS_PER_NODE + evaluated * EVALUATION_MS;
  return {
    dynamoRead: SWEEPS * SWEEP_READS + scanned * SCAN_READS_PER_NODE + evaluated * EVALUATION_READS,
    dynamoWrite: SWEEPS * SWEEP_WRITES + alarms * (ALARM_WRITES + NODE_ROW_WRITES),
    lambdaRequest: SWEEPS,
    lambdaGbS: cpuMs / 1000,
  };
}

/** Share of the nodes that a new rule finds offline. */
const FOUND_SHARE = 0.1;
/** Time in which a sweep evaluates nodes; there is one a minute. */
const EVALUATING_MS = 45_000;

/** Returns how long the alarms take that a new rule finds in a fleet. */
export function alarmsText(nodes: number): string {
  const found = Math.ceil(nodes * FOUND_SHARE);
  const perSweep = Math.floor(EVALUATING_MS / EVALUATION_MS);
  return `Alarms: a new rule that finds a tenth of them (${number(found)}) tells of the first in its first sweep, and of the last in sweep ${number(Math.ceil(found / perSweep))}: one a minute, of ${number(perSweep)} nodes each.${
    nodes > MAX_FLEET_NODES
      ? ` Rules about outages are not evaluated: they take ${number(MAX_FLEET_NODES)} nodes at most.`
      : ""
  }`;
}
