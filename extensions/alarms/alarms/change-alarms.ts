import { mapLimited } from "@rainhooks/core/collections";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { type Alarm, isOpen, type Notice, type OutboxEntry, shelvingEndMs } from "./alarm.ts";
import { changeStored } from "./alarm-store.ts";
import type { SelectedAlarm } from "./select-alarms.ts";

/** What an operator does about alarms. */
export type AlarmChange =
  /** It is not sent again, and a latched one leaves the list. */
  | { readonly kind: "acknowledge"; readonly by: string }
  /**
   * Nothing is sent about it until a time, epoch milliseconds. If it still lasts then, it is sent again. It
   * is never made shorter.
   */
  | { readonly kind: "shelve"; readonly untilMs: number }
  /** The next sweep sends it again, if it still lasts. */
  | { readonly kind: "unshelve" };

/**
 * What has become of an alarm: `already`: nothing had to be changed. `ended`: it is not open any more.
 * `left`: the work was stopped before it.
 */
export type AlarmOutcome = "changed" | "already" | "ended" | "failed" | "left";

/** An alarm after a change. */
export interface AlarmResult extends Pick<SelectedAlarm, "alarmId" | "rule" | "nodeId"> {
  readonly outcome: AlarmOutcome;
  /** As it is stored now; absent if it failed, was left, or is stored no more. */
  readonly alarm?: Alarm | undefined;
  /** What was thrown; absent unless it failed. */
  readonly error?: unknown;
}

/** What has become of alarms, in the order in which they were selected. */
export interface AlarmResults {
  readonly counts: Readonly<Record<AlarmOutcome, number>>;
  readonly alarms: readonly AlarmResult[];
}

/** Options of {@link changeAlarms}. */
export interface ChangeAlarmsOptions {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Stops before further alarms; those that were begun are ended. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each alarm. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

const AT_ONCE = 16;

/**
 * Acknowledges, shelves or unshelves alarms. Each is a conditional write of its own: what fails for one makes
 * no difference to the others.
 */
export async function changeAlarms(
  table: TableAccess,
  alarms: readonly SelectedAlarm[],
  change: AlarmChange,
  { nowMs, signal, onProgress }: ChangeAlarmsOptions,
): Promise<AlarmResults> {
  let done = 0;
  const results = await mapLimited(alarms, AT_ONCE, async (selected): Promise<AlarmResult> => {
    const { alarmId, rule, nodeId } = selected;
    const result = signal?.aborted === true ? LEFT : await changeOne(table, selected, change, nowMs);
    done += 1;
    onProgress?.(done);
    return { alarmId, rule, nodeId, ...result };
  });
  const counts = { changed: 0, already: 0, ended: 0, failed: 0, left: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return { counts, alarms: results };
}

const LEFT = { outcome: "left" } as const;

type OneResult = Pick<AlarmResult, "outcome" | "alarm" | "error">;

async function changeOne(
  table: TableAccess,
  { key }: SelectedAlarm,
  change: AlarmChange,
  nowMs: number,
): Promise<OneResult> {
  try {
    const { alarm, isChanged } = await changeStored(table, key, (known) =>
      isOpen(known) ? changedAlarm(known, change, nowMs) : undefined,
    );
    if (isChanged) return { outcome: "changed", alarm };
    return { outcome: alarm === undefined || !isOpen(alarm) ? "ended" : "already", alarm };
  } catch (error) {
    return { outcome: "failed", error };
  }
}

/** Returns an alarm after a change; `undefined` if it is so already. */
function changedAlarm(alarm: Alarm, change: AlarmChange, nowMs: number): Alarm | undefined {
  const { outbox, shelvedUntilMs = 0 } = alarm;
  const next = { ...alarm, revision: alarm.revision + 1 };
  if (change.kind === "acknowledge")
    return alarm.ackedMs === undefined
      ? { ...next, ackedMs: nowMs, ackedBy: change.by, outbox: without(outbox, ["reminder"]) }
      : undefined;
  // A shelving whose end has come is ended by the sweep, which sends what has to be sent.
  if (change.kind === "unshelve")
    return shelvingEndMs(alarm, nowMs) === undefined ? undefined : { ...next, shelvedUntilMs: nowMs };
  const { untilMs } = change;
  return shelvedUntilMs < untilMs
    ? { ...next, shelvedUntilMs: untilMs, outbox: without(outbox, ["raised", "reminder"]) }
    : undefined;
}

function without(entry: OutboxEntry | undefined, notices: readonly Notice[]): OutboxEntry | undefined {
  return entry !== undefined && notices.includes(entry.notice) ? undefined : entry;
}
