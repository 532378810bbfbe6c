import { shortType } from "@rainhooks/core/catalog";
import { inputError } from "@rainhooks/core/errors";
import type { Mistake } from "@rainhooks/core/mistake";
import type { ReplayRequest } from "./replay-job.ts";
import type { SubscriptionScope } from "./select.ts";

/**
 * How quickly a replay sends, deliveries per second, and after how many new dead letters it fails,
 * if nobody says it.
 */
export const REPLAY_DEFAULTS = { rate: 500, maxDeadLetters: 100 } as const;

/** Maximum entries of a list. */
export const MAX_LIST = 100_000;

/** What to replay. */
export interface ReplayQuestion extends Omit<ReplayRequest, "toMs" | "keys"> {
  /**
   * End of the times of publishing, exclusive, epoch milliseconds. @defaultValue the latest time
   * that is archived for sure
   */
  readonly toMs?: number | undefined;
  /** Wait until everything before the end is archived, instead of an error. */
  readonly wait?: boolean | undefined;
}

/** Maximum length of an address. */
const MAX_ADDRESS = 100;

/**
 * Checks a request, and adds its end.
 *
 * @param latestMs End of the range if none is given.
 * @throws {RainhooksError} `input-invalid` for what makes no sense, or events that the webhook
 * never gets.
 */
export function requestOf(
  { wait: _wait, ...given }: ReplayQuestion,
  subscribed: SubscriptionScope,
  { latestMs, nowMs }: { readonly latestMs: number; readonly nowMs: number },
): ReplayRequest {
  const request = { ...given, toMs: given.toMs ?? latestMs };
  const mistakes = mistakesOf(request, subscribed, nowMs);
  if (mistakes.length > 0) throw inputError(...mistakes);
  return request;
}

function mistakesOf(
  { webhook, fromMs, toMs, address, ids = [], events = [] }: ReplayRequest,
  { topics }: SubscriptionScope,
  nowMs: number,
): Mistake[] {
  const unwanted = events.map(shortType).filter((type) => topics[type] === undefined);
  const all: (Mistake | false)[] = [
    toMs > nowMs && { field: "toMs", problem: `${new Date(toMs).toISOString()} is in the future.` },
    toMs <= fromMs && { field: "fromMs", problem: "must be before the end." },
    address !== undefined &&
      (address === "" || address.length > MAX_ADDRESS) && {
        field: "address",
        problem: `must have 1 to ${MAX_ADDRESS} characters.`,
      },
    ids.length > MAX_LIST && {
      field: "ids",
      problem: `has ${ids.length} ids; the maximum is ${MAX_LIST}.`,
      remedy: "Select by time, node or event instead.",
    },
    unwanted.length > 0 && {
      problem: `${webhook} does not get ${unwanted.join(", ")}. It gets: ${Object.keys(topics).join(", ")}.`,
    },
  ];
  return all.filter((one) => one !== false);
}
