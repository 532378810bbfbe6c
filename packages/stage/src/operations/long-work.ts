import { randomUUID } from "node:crypto";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { notFound, wrongInput } from "@rainhooks/core/errors";
import {
  EndRequest,
  type OperationOptions,
  type Progress,
  progressText,
} from "../operate/progress.ts";
import { type Audit, listAudits, readAudit, updateAudit } from "./audits.ts";
import type { AuditTable } from "./put-audit.ts";

/** Id of this process. */
export const RUNNER: string = randomUUID();

/**
 * How long a process counts as running after it has written that it is alive; clocks differ by
 * less.
 */
const ALIVE_MS = 2 * MINUTE_MS;
/** How often a process writes that it is alive, and reads whether its work was cancelled. */
const EVERY_MS = 5 * SECOND_MS;
/** Work that runs is looked for among what was started in this time. */
const MAX_RUNNING_MS = 7 * DAY_MS;
const SHOWN_MS = DAY_MS;
const MAX_SHOWN = 20;

/** Fields that the record of long work has from its beginning. */
export function aliveFields(title: string, nowMs: number) {
  return { title, runner: RUNNER, aliveUntilMs: nowMs + ALIVE_MS };
}

/**
 * Writes to the record of an operation periodically its current step, and that its process is
 * alive, so that every door shows the operation and can cancel it. If that cannot be written, the
 * work continues.
 *
 * @returns The options of the caller, whose signal is also aborted when the work is cancelled
 * elsewhere.
 */
export function keepAlive(
  table: AuditTable,
  key: Pick<Audit, "id" | "startedAtMs">,
  { signal, onProgress }: OperationOptions,
  everyMs: number = EVERY_MS,
) {
  const asked = new AbortController();
  let progress: Progress | undefined;
  const timer = setInterval(() => {
    const text = progress === undefined ? {} : { progress: progressText(progress) };
    updateAudit(table, key, { ...text, aliveUntilMs: Date.now() + ALIVE_MS }).then(
      ({ cancelledBy }) => cancelledBy !== undefined && asked.abort(new EndRequest(cancelledBy)),
      () => undefined,
    );
  }, everyMs);
  timer.unref();
  const options: OperationOptions = {
    signal: signal === undefined ? asked.signal : AbortSignal.any([signal, asked.signal]),
    onProgress: (now) => {
      progress = now;
      onProgress?.(now);
    },
  };
  return { options, stop: () => clearInterval(timer) };
}

/**
 * `stopped`: its process has ended without a word, such as by a kill. Started again, most work goes
 * on.
 */
export type WorkState = "running" | "stopped" | Exclude<Audit["outcome"], "started">;

/** Returns where work that takes long is. */
export function workStateOf({ outcome, aliveUntilMs = 0 }: Audit, nowMs: number): WorkState {
  if (outcome !== "started") return outcome;
  return aliveUntilMs > nowMs ? "running" : "stopped";
}

/**
 * Reads long work, whoever has started it: all that runs, and the last of the last day that does
 * not; the newest first.
 */
export async function listLongWork(table: AuditTable, nowMs: number): Promise<Audit[]> {
  const isRunning = (one: Audit) => workStateOf(one, nowMs) === "running";
  const found = await listAudits(table, {
    // The clock of another machine may be ahead.
    fromMs: nowMs - MAX_RUNNING_MS,
    toMs: nowMs + ALIVE_MS,
    limit: Number.POSITIVE_INFINITY,
    isWanted: (one) =>
      one.title !== undefined && (one.startedAtMs >= nowMs - SHOWN_MS || isRunning(one)),
  });
  const others = found.filter((one) => !isRunning(one)).slice(0, MAX_SHOWN);
  return found.filter((one) => isRunning(one) || others.includes(one));
}

/**
 * Asks the process that runs some work to end it. One that seems to have stopped may run.
 *
 * @throws {RainhooksError} `not-found` for an unknown id; `input-invalid` if it has ended.
 */
export async function cancelLongWork(table: AuditTable, id: string, who: string): Promise<Audit> {
  const found = await readAudit(table, id);
  if (found?.title === undefined) throw notFound(`There is no job ${id}.`);
  if (found.outcome !== "started") throw wrongInput(`The job ${id} is ${found.outcome}.`);
  return updateAudit(table, found, { cancelledBy: who });
}
