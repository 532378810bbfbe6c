import { count, listOf, timeMs } from "@rainhooks/stage/query/answers/json";
import * as v from "valibot";

const outcome = {
  attempt: v.pipe(count, v.description("Number of the attempt; the first is 1.")),
  atMs: timeMs,
  status: v.optional(v.pipe(count, v.description("HTTP status; absent if there was no response."))),
  durationMs: v.pipe(v.number(), v.minValue(0), v.description("Milliseconds.")),
  outcome: v.picklist(["delivered", "failed", "gone", "impossible"]),
  error: v.optional(v.pipe(v.string(), v.description("Why it was not delivered."))),
};

const id = v.pipe(v.string(), v.description("Id of the attempt."));

const summary = {
  id,
  ...outcome,
  method: v.pipe(
    v.picklist(["POST", "SendMessage", "Publish", "PutEvents", "Invoke"]),
    v.description("`POST`, or the call to a target of the stage."),
  ),
  destination: v.string(),
  webhookId: v.pipe(
    v.string(),
    v.description("`webhook-id` of the request, the same for each attempt for an event."),
  ),
  eventType: v.string(),
  nodeId: v.optional(v.string()),
  url: v.pipe(v.string(), v.description("Scheme and host, or `target:` and a name.")),
  events: v.optional(v.pipe(count, v.description("Number of events of a batch."))),
  bodyBytes: count,
  nextAtMs: v.optional(v.pipe(timeMs, v.description("When the next attempt will be, epoch milliseconds."))),
};

/** A page of attempts. */
export const attemptList = v.object({
  fromMs: timeMs,
  toMs: timeMs,
  attempts: v.pipe(listOf(v.object(summary)), v.description("Newest first.")),
});

/** One attempt. */
export const attemptAnswer = v.object({
  ...summary,
  deliveryId: v.pipe(v.string(), v.description("SNS message id of the delivery that contained the event.")),
  publishedMs: v.pipe(v.number(), v.description("When SNS received the message, epoch milliseconds.")),
  headers: v.pipe(
    v.record(v.string(), v.string()),
    v.description("Headers that were sent; secret values are `***`."),
  ),
  response: v.optional(v.pipe(v.string(), v.description("Beginning of the response, up to 4 KB."))),
  all: v.pipe(
    listOf(v.object({ id, ...outcome })),
    v.description("All attempts for the event at this destination, in their order."),
  ),
});
