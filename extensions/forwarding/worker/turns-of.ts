import { SECOND_MS } from "@rainhooks/core/durations";
import { toRainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "../destinations/destination.ts";
import { takeFreeTurns, takeTurns } from "../health/turns.ts";
import type { AttemptMessage } from "../messages/attempt-message.ts";
import { isTest } from "./refuse.ts";
import type { AttemptItem, MessageOutcome, Result } from "./results.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/** A message, and when its attempt may be made. */
export interface ReadyMessage {
  readonly item: AttemptItem;
  readonly atMs: number;
}

/** Waits up to this long are made here; for longer ones, the message goes back to a queue. */
export const SHORT_WAIT_MS = SECOND_MS;
/**
 * How long a missed event waits while other events need turns: 2 to 6 seconds, so that missed events do not
 * all return at once.
 */
const STEP_BACK_MS = 2 * SECOND_MS;
const STEP_BACK_SPREAD_MS = 4 * SECOND_MS;

/**
 * Reserves a turn for each message, if the destination has a rate. Missed events get turns only while no
 * other events wait for theirs.
 */
export async function withTurns(
  items: readonly AttemptItem[],
  { id, ratePerS }: Destination,
  options: AttemptWorkerOptions,
): Promise<(ReadyMessage | Result)[]> {
  const owed = items.filter(({ value: { hasTurn, webhookId } }) => hasTurn !== true && !isTest(webhookId));
  if (ratePerS === undefined || owed.length === 0)
    return items.map((item) => ({ item, atMs: item.value.dueAtMs ?? 0 }));
  const { store, nowMs, random } = options;
  try {
    const [missed, live] = [owed.filter(isMissed), owed.filter((item) => !isMissed(item))];
    const turnOf = new Map<AttemptItem, number | undefined>();
    const assign = (some: readonly AttemptItem[], turns: readonly number[]) => {
      for (const [index, item] of some.entries()) turnOf.set(item, turns[index]);
    };
    const now = () => ({ ratePerS, nowMs: nowMs() });
    if (live.length > 0) assign(live, await takeTurns(store, id, { count: live.length, ...now() }));
    if (missed.length > 0) assign(missed, await takeFreeTurns(store, id, { count: missed.length, ...now() }));
    return items.map((item) => {
      if (!turnOf.has(item)) return { item, atMs: item.value.dueAtMs ?? 0 };
      const atMs = turnOf.get(item);
      if (atMs === undefined)
        return steppedBack(item, nowMs() + STEP_BACK_MS + random() * STEP_BACK_SPREAD_MS);
      if (atMs - nowMs() <= SHORT_WAIT_MS) return { item, atMs };
      return later(item, { ...item.value, dueAtMs: atMs, hasTurn: true });
    });
  } catch (thrown) {
    const error = toRainhooksError(thrown);
    return items.map((item) => ({ item, handled: { kind: "failed", error } }));
  }
}

function isMissed({ value }: AttemptItem): boolean {
  return value.isMissed === true;
}

function steppedBack(item: AttemptItem, dueAtMs: number): Result {
  return later(item, { ...item.value, dueAtMs: Math.round(dueAtMs) });
}

function later(item: AttemptItem, message: AttemptMessage): Result {
  const handled: MessageOutcome = { kind: "later", message };
  return { item, handled };
}
