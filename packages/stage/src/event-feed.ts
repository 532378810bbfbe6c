import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError } from "@rainhooks/core/errors";
import { tryParseJson } from "@rainhooks/core/json";
import * as v from "valibot";

/** Path of the event feed at the endpoint of a local stage. No bucket can have this name. */
export const EVENT_FEED_PATH = "/_rainhooks/events";

/** Number of past deliveries that a local stage keeps. */
export const MAX_FEED_PAST = 200;

/** A line of the feed. */
export type EventFeedLine =
  | { readonly kind: "delivery"; readonly delivery: Delivery }
  /** The past deliveries end here. */
  | { readonly kind: "live" }
  /** Deliveries are missing here, because the reader was slow. */
  | { readonly kind: "left-out"; readonly count: number };

const deliveryLine = v.object({
  id: v.string(),
  sentAtMs: v.number(),
  topic: v.optional(v.string()),
  attributes: v.record(v.string(), v.string()),
  body: v.string(),
});
const feedLine = v.variant("kind", [
  v.object({ kind: v.literal("delivery"), delivery: deliveryLine }),
  v.object({ kind: v.literal("live") }),
  v.object({ kind: v.literal("left-out"), count: v.number() }),
]);

/**
 * Maximum length of a line: a message has up to 256 KiB, and JSON writes some characters as six.
 */
const MAX_LINE = 4 * 1024 * 1024;

/**
 * Reads the deliveries that SNS accepts on a local stage. It reads no faster than the caller, so
 * that a slow caller needs no memory.
 *
 * @param options `last`: number of past deliveries, up to {@link MAX_FEED_PAST}; `follow`: also
 * read further deliveries, until the stage stops.
 * @throws {RainhooksError} `stage-unavailable` when the stage has no feed.
 */
export async function* readEventFeed(
  endpoint: string,
  { last, follow }: { readonly last: number; readonly follow: boolean },
): AsyncGenerator<EventFeedLine> {
  const url = `${endpoint}${EVENT_FEED_PATH}?last=${last}${follow ? "&follow" : ""}`;
  const response = await fetch(url).catch(() => undefined);
  if (response?.status === 503)
    throw unavailable("Too many programs follow the events of this stage.");
  const isFeed = response?.headers.get("content-type") === "application/x-ndjson";
  if (!response?.ok || response.body === null || !isFeed)
    throw unavailable(
      "This stage does not show its events: its services are not the embedded ones.",
    );
  for await (const line of linesOf(response.body)) {
    const parsed = v.safeParse(feedLine, tryParseJson(line));
    if (parsed.success) yield withTopic(parsed.output);
  }
}

/** A delivery with raw message delivery has no topic; JSON leaves the field out. */
function withTopic(line: v.InferOutput<typeof feedLine>): EventFeedLine {
  if (line.kind !== "delivery") return line;
  return { kind: "delivery", delivery: { ...line.delivery, topic: line.delivery.topic } };
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MAX_LINE) rest = "";
      yield* lines;
    }
  } catch {
    // The stage has ended.
  }
}

function unavailable(message: string): RainhooksError {
  return new RainhooksError("stage-unavailable", message);
}
