import { RainhooksError } from "@rainhooks/core";
import { type Alarm, isOpen, type Notice, type OutboxEntry } from "./alarm.ts";
import { findAlarm, putAlarm } from "./alarm-store.ts";
import type { AlarmTable } from "./alarm-table.ts";

const ATTEMPTS = 5;

/**
 * Acknowledges an alarm: it is not sent again, and a latched one leaves the list.
 *
 * @throws {RainhooksError} `not-found` for an unknown id, `input-invalid` for an alarm that is not open.
 */
export function acknowledgeAlarm(
  table: AlarmTable,
  alarmId: string,
  by: string,
  nowMs: number,
): Promise<Alarm> {
  return changeAlarm(table, alarmId, (alarm) => ({
    ...alarm,
    ackedMs: nowMs,
    ackedBy: by,
    outbox: without(alarm.outbox, ["reminder"]),
  }));
}

/**
 * Shelves an alarm until a time: nothing is sent about it. If it still lasts then, it is sent again.
 *
 * @throws {RainhooksError} `not-found` for an unknown id, `input-invalid` for an alarm that is not open.
 */
export function shelveAlarm(table: AlarmTable, alarmId: string, untilMs: number): Promise<Alarm> {
  return changeAlarm(table, alarmId, (alarm) => ({
    ...alarm,
    shelvedUntilMs: untilMs,
    outbox: without(alarm.outbox, ["raised", "reminder"]),
  }));
}

function without(entry: OutboxEntry | undefined, notices: readonly Notice[]): OutboxEntry | undefined {
  return entry !== undefined && notices.includes(entry.notice) ? undefined : entry;
}

async function changeAlarm(
  table: AlarmTable,
  alarmId: string,
  change: (alarm: Alarm) => Alarm,
): Promise<Alarm> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const alarm = await requireAlarm(table, alarmId);
    if (!isOpen(alarm))
      throw new RainhooksError("input-invalid", `Alarm ${alarmId} is not open any more.`, {
        permanent: true,
      });
    const changed = { ...change(alarm), revision: alarm.revision + 1 };
    if (await putAlarm(table, changed, alarm)) return changed;
  }
  throw new RainhooksError(
    "write-conflict",
    `Alarm ${alarmId} is being changed by others. Run the command again.`,
  );
}

/**
 * Returns the alarm with an id.
 *
 * @throws {RainhooksError} `not-found` if there is none.
 */
export async function requireAlarm(table: AlarmTable, alarmId: string): Promise<Alarm> {
  const alarm = await findAlarm(table, alarmId);
  if (alarm !== undefined) return alarm;
  throw new RainhooksError("not-found", `There is no alarm ${alarmId}.`, { permanent: true });
}
