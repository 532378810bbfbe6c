import { randomUUID } from "node:crypto";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { OperationOptions, Progress } from "../operate/progress.ts";
import { progressText } from "../terminal/operations/progress-text.ts";
import { type Audit, type AuditTable, listAudits, updateAudit } from "./audits.ts";

/** Id of this process. */
export const RUNNER: string = randomUUID();

/** How long a process counts as running after it has written that it is alive. */
const ALIVE_MS = 15 * SECOND_MS;
/** How often a process writes that it is alive, and reads whether its work was cancelled. */
const EVERY_MS = ALIVE_MS / 3;
const SHOWN_MS = DAY_MS;
const MAX_SHOWN = 20;

/** Fields that the record of long work has from its beginning. */
export function aliveFields(title: string, nowMs: number) {
  return { title, runner: RUNNER, aliveUntilMs: nowMs + ALIVE_MS };
}

/** Work that is kept alive. */
export interface AliveWork {
  /** The options of the caller, whose signal is also aborted when the work is cancelled elsewhere. */
  readonly options: OperationOptions;
  readonly stop: () => void;
}

/**
 * Writes to the record of an operation periodically its current step, and that its process is alive, so that
 * every door shows the operation and can cancel it. If that cannot be written, the work continues.
 */
export function keepAlive(
  table: AuditTable,
  key: Pick<Audit, "id" | "startedAtMs">,
  { signal, onProgress }: OperationOptions,
  everyMs: number = EVERY_MS,
): AliveWork {
  const asked = new AbortController();
  let progress: Progress | undefined;
  const timer = setInterval(() => {
    const text = progress === undefined ? {} : { progress: progressText(progress) };
    updateAudit(table, key, { ...text, aliveUntilMs: Date.now() + ALIVE_MS }).then(
      ({ cancelledBy }) => cancelledBy !== undefined && asked.abort(endedBy(cancelledBy)),
      () => undefined,
    );
  }, everyMs);
  timer.unref();
  return {
    options: {
      signal: signal === undefined ? asked.signal : AbortSignal.any([signal, asked.signal]),
      onProgress: (now) => {
        progress = now;
        onProgress?.(now);
      },
    },
    stop: () => clearInterval(timer),
  };
}

function endedBy(who: string): RainhooksError {
  return new RainhooksError("write-conflict", `${who} has asked this to end. Started again, it can go on.`);
}

/** `stopped`: its process has ended without a word, such as by a kill. Started again, most work goes on. */
export type WorkState = "running" | "stopped" | Exclude<Audit["outcome"], "started">;

/** Returns where work that takes long is. */
export function workStateOf({ outcome, aliveUntilMs = 0 }: Audit, nowMs: number): WorkState {
  if (outcome !== "started") return outcome;
  return aliveUntilMs > nowMs ? "running" : "stopped";
}

/** Reads the long work of the last day, whoever has started it; the newest first. */
export function listLongWork(table: AuditTable, nowMs: number): Promise<Audit[]> {
  return listAudits(table, {
    ...{ fromMs: nowMs - SHOWN_MS, toMs: nowMs + SECOND_MS, limit: MAX_SHOWN },
    isWanted: ({ title }) => title !== undefined,
  });
}

/**
 * Asks the process that runs some work to end it.
 *
 * @throws {RainhooksError} `not-found` for an unknown id; `input-invalid` if nothing runs it.
 */
export async function cancelLongWork(
  table: AuditTable,
  id: string,
  who: string,
  nowMs: number,
): Promise<Audit> {
  const found = (await listLongWork(table, nowMs)).find((one) => one.id === id);
  if (found === undefined) throw new RainhooksError("not-found", `There is no job ${id} of the last day.`);
  const state = workStateOf(found, nowMs);
  if (state !== "running") throw new RainhooksError("input-invalid", `The job ${id} is ${state}.`);
  return updateAudit(table, found, { cancelledBy: who });
}
