import { marshall } from "@aws-sdk/util-dynamodb";
import { SECOND_MS } from "@rainhooks/core/durations";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { updateIf, updateItem } from "../destinations/update-item.ts";
import { healthKey } from "../health/health.ts";
import { isTest } from "./refuse.ts";
import { failedWith, isResult, type OpenMessage, type Result } from "./results.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/** Waits up to this long are made here; for longer ones, the message goes back to a queue. */
export const SHORT_WAIT_MS = SECOND_MS;
/**
 * How long a missed event waits while other events need turns: 2 to 6 seconds, so that missed
 * events do not all return at once.
 */
const STEP_BACK_MS = 2 * SECOND_MS;
const STEP_BACK_SPREAD_MS = 4 * SECOND_MS;

/**
 * Reserves a turn for each message, if the destination has a rate: the message is then due at that
 * time. Missed events get turns only while no other events wait for theirs.
 */
export async function withTurns(
  messages: readonly (OpenMessage | Result)[],
  { id, ratePerS }: Destination,
  { store, nowMs, random }: Pick<AttemptWorkerOptions, "store" | "nowMs" | "random">,
): Promise<(OpenMessage | Result)[]> {
  if (ratePerS === undefined) return [...messages];
  const owed = messages.filter(isOwed);
  const missed = owed.filter(isMissed).length;
  const take = async (count: number, onlyFree: boolean) =>
    count === 0 ? [] : takeTurns(store, id, { count, ratePerS, nowMs: nowMs(), onlyFree });
  try {
    const turns = await take(owed.length - missed, false);
    const free = await take(missed, true);
    return messages.map((message): OpenMessage | Result => {
      if (!isOwed(message)) return message;
      const { item } = message;
      const atMs = (isMissed(message) ? free : turns).shift();
      const dueAtMs = atMs ?? Math.round(nowMs() + STEP_BACK_MS + random() * STEP_BACK_SPREAD_MS);
      const value = { ...item.value, dueAtMs };
      if (atMs !== undefined && atMs - nowMs() <= SHORT_WAIT_MS)
        return { ...message, item: { ...item, value } };
      const later = atMs === undefined ? value : { ...value, hasTurn: true };
      return { ...message, outcome: { kind: "later", message: later } };
    });
  } catch (thrown) {
    return messages.map((message) => (isResult(message) ? message : failedWith(message, thrown)));
  }
}

/** Whether a message needs a turn, and has none. */
function isOwed(message: OpenMessage | Result): message is OpenMessage {
  if (isResult(message)) return false;
  const { hasTurn, webhookId } = message.item.value;
  return hasTurn !== true && !isTest(webhookId);
}

function isMissed({ item: { value } }: OpenMessage): boolean {
  return value.batch === undefined && value.isMissed === true;
}

/** The number of requests that need a turn, and the rate limit of the destination. */
interface TurnsInput {
  readonly count: number;
  readonly ratePerS: number;
  readonly nowMs: number;
  /**
   * Only if all turns that were reserved before are past, and only those of one second, so that the
   * next caller does not wait longer than that.
   */
  readonly onlyFree?: boolean;
}

/**
 * Reserves turns of a destination with a rate limit. A turn is a time at which one request may be
 * sent, epoch milliseconds. All functions share the turns of a destination: turns are evenly
 * spaced, and each is given to one request only. One call costs one or two write units, for any
 * number of turns.
 *
 * @returns The times of the turns. With `onlyFree`, fewer than `count` if one second has fewer,
 * none if a reserved turn is still in the future.
 */
export async function takeTurns(
  store: DestinationStore,
  id: string,
  { count, ratePerS, nowMs, onlyFree = false }: TurnsInput,
): Promise<number[]> {
  const length = onlyFree ? Math.min(count, Math.max(1, Math.floor(ratePerS))) : count;
  const lengthMs = Math.ceil((length * SECOND_MS) / ratePerS);
  let firstMs = nowMs;
  const isFirst = await updateIf(store, healthKey(id), {
    UpdateExpression: "SET turnsUntilMs = :until",
    ConditionExpression: "attribute_not_exists(turnsUntilMs) OR turnsUntilMs <= :now",
    ExpressionAttributeValues: marshall({ ":until": nowMs + lengthMs, ":now": nowMs }),
  });
  if (!isFirst && onlyFree) return [];
  if (!isFirst) {
    // They come after the last one that is reserved.
    const item = await updateItem(store, healthKey(id), {
      UpdateExpression: "ADD turnsUntilMs :length",
      ExpressionAttributeValues: { ":length": { N: String(lengthMs) } },
      ReturnValues: "UPDATED_NEW",
    });
    firstMs = Number(item?.["turnsUntilMs"]?.N ?? 0) - lengthMs;
  }
  return Array.from({ length }, (_, index) => firstMs + Math.floor((index * SECOND_MS) / ratePerS));
}
