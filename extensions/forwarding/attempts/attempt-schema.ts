import { about, count, listOf, optional, timeMs } from "@rainhooks/stage/query/results/json";
import * as v from "valibot";

const outcome = {
  attempt: about(count, "Number of the attempt; the first is 1."),
  atMs: timeMs,
  status: optional(count, "HTTP status; absent if there was no response."),
  durationMs: v.pipe(v.number(), v.minValue(0), v.description("Milliseconds.")),
  outcome: v.picklist(["delivered", "failed", "gone", "impossible"]),
  error: optional(v.string(), "Why it was not delivered."),
  nextAtMs: optional(timeMs, "When the next attempt will be, epoch milliseconds."),
};

const attemptIdSchema = about(v.string(), "Id of the attempt.");

const summary = {
  id: attemptIdSchema,
  ...outcome,
  method: about(
    v.picklist(["POST", "SendMessage", "Publish", "PutEvents", "Invoke"]),
    "`POST`, or the call to a target of the stage.",
  ),
  destination: v.string(),
  webhookId: about(
    v.string(),
    "`webhook-id` of the request, the same for each attempt for an event.",
  ),
  /** Of a batch with several types `several`. */
  eventType: v.string(),
  /** The first node of the event; absent if the events of a batch are of several. */
  nodeId: v.optional(v.string()),
  url: about(v.string(), "Scheme and host, or `target:` and a name."),
  events: optional(count, "Number of events of a batch."),
  bodyBytes: count,
};

/** A page of attempts. */
export const attemptList = v.object({
  fromMs: timeMs,
  toMs: timeMs,
  attempts: about(listOf(v.object(summary)), "Newest first."),
});

/** One attempt. */
export const attemptResult = v.object({
  ...summary,
  deliveryId: about(v.string(), "SNS message id of the delivery that contained the event."),
  publishedMs: about(v.number(), "When SNS received the message, epoch milliseconds."),
  headers: about(
    v.record(v.string(), v.string()),
    "Headers that were sent; secret values are `***`.",
  ),
  response: optional(v.string(), "Beginning of the response, up to 4 KB."),
  all: about(
    listOf(v.object({ id: attemptIdSchema, ...outcome })),
    "All attempts for the event at this destination, in their order.",
  ),
});
