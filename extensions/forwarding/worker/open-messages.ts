import { decode } from "@rainhooks/core/decode/decode";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "../destinations/destination.ts";
import type { RequestEvent, WaitingEvent } from "../messages/attempt-message.ts";
import { appendToOutbox } from "../outbox/append.ts";
import { openBatch } from "../outbox/batches.ts";
import { usesOutbox } from "../outbox/lane.ts";
import { Lane } from "../outbox/store.ts";
import { giveUpEvents } from "./make-batches.ts";
import {
  type AttemptItem,
  failedWith,
  isResult,
  type OpenMessage,
  type Result,
} from "./results.ts";
import { SHORT_WAIT_MS } from "./turns.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/**
 * Reads the events of messages of a destination, and adds events to the outbox if that failed
 * before. Returns the messages with their events, and the results of those for which no attempt is
 * to be made.
 */
export async function openMessages(
  destination: Destination,
  items: readonly AttemptItem[],
  options: AttemptWorkerOptions,
): Promise<(OpenMessage | Result)[]> {
  const opened = await Promise.all(
    items.map((item) =>
      openMessage(destination, item, options).catch((thrown: unknown) =>
        failedWith({ item }, thrown),
      ),
    ),
  );
  if (destination.state !== "active" || !usesOutbox(destination)) return opened;
  const { outbox, retries, nowMs, random } = options;
  const events = opened.flatMap((one) => {
    if (isResult(one) || one.item.value.batch !== undefined || !one.item.value.isForOutbox)
      return [];
    return [{ destination, event: one.events[0].event, message: one.item.value, isAgain: true }];
  });
  const append = appendToOutbox({ table: outbox.table, send: retries, nowMs, random });
  const errors = new Map((await append(events)).map(({ message, error }) => [message, error]));
  return opened.map((one) => {
    const { value } = one.item;
    if (isResult(one) || value.batch !== undefined || !value.isForOutbox) return one;
    const error = errors.get(value);
    return error === undefined ? { ...one, outcome: { kind: "done" } } : failedWith(one, error);
  });
}

/** @throws {RainhooksError} if the outbox cannot be read, or an event cannot be decoded. */
async function openMessage(
  destination: Destination,
  item: AttemptItem,
  options: AttemptWorkerOptions,
): Promise<OpenMessage | Result> {
  const { value } = item;
  if (destination.state === "active" && (value.dueAtMs ?? 0) - options.nowMs() > SHORT_WAIT_MS)
    return { item, outcome: { kind: "later", message: value } };
  if (value.batch === undefined) {
    const { givenUp } = value;
    if (givenUp !== undefined)
      throw new RainhooksError(givenUp.code, givenUp.message, { permanent: true });
    return { item, events: [readEvent(value)] };
  }
  const lane = new Lane(options.outbox.table, destination, value.batch.lane);
  const batch = await openBatch(lane, value.batch.id);
  if (batch === undefined) return { item, outcome: { kind: "done" } };
  for (const { event, error } of batch.unreadable)
    await giveUpEvents([event], error, destination, options);
  await lane.deleteAll(batch.unreadable.map((entry) => entry.item));
  try {
    const [first, ...others] = batch.events.map(readEvent);
    if (first === undefined) return { item, batch, outcome: { kind: "done" } };
    return { item, batch, events: [first, ...others] };
  } catch (thrown) {
    return failedWith({ item, batch }, thrown);
  }
}

/** @throws {RainhooksError} permanent if it cannot be decoded. */
function readEvent({ webhookId, delivery }: WaitingEvent): RequestEvent {
  const decoded = decode(delivery);
  if (decoded.kind === "event") return { webhookId, delivery, event: decoded.event };
  if (decoded.kind === "undecodable") throw decoded.error;
  throw new RainhooksError("data-invalid", "The message has no event of a known type.", {
    permanent: true,
  });
}
