import { storedState } from "./stored-state.ts";
import type { Sweep } from "./sweep-parts.ts";

/** Returns when events of a rule were sent last, epoch milliseconds. It is read once in a sweep. */
export function lastSentMs({ sentMs, tables }: Sweep, rule: string): Promise<number | undefined> {
  const known =
    sentMs.get(rule) ??
    sentState(rule)
      .read(tables.alarms)
      .catch((error: unknown) => {
        sentMs.delete(rule);
        throw error;
      });
  sentMs.set(rule, known);
  return known;
}

/** Notes that events of a rule were sent now. */
export async function noteSent({ sentMs, tables, nowMs }: Sweep, rule: string): Promise<void> {
  await sentState(rule).write(tables.alarms, nowMs);
  sentMs.set(rule, Promise.resolve(nowMs));
}

const sentState = (rule: string) => storedState<number>(`sent#${rule}`);
