import type { IncomingMessage, ServerResponse } from "node:http";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { type EventFeedLine, MAX_FEED_PAST } from "@rainhooks/stage/event-feed";

/** Maximum characters that are kept, in bodies and attributes. */
const MAX_KEPT_LENGTH = 2 * 1024 * 1024;
/** Maximum bytes that wait for one reader; what follows is counted and left out. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_READERS = 16;

interface Reader {
  readonly response: ServerResponse;
  /** Deliveries that were left out because the reader is slow. */
  leftOut: number;
}

/**
 * The deliveries that SNS accepts, for programs on this machine that show them: the last ones, and
 * with `follow` all further ones, one JSON object per line. Its memory is bounded: a slow reader
 * misses deliveries, and is told how many.
 */
export class EventFeed {
  readonly #last: Delivery[] = [];
  #lastLength = 0;
  readonly #readers = new Set<Reader>();

  /** Passes on a delivery. */
  add(delivery: Delivery): void {
    this.#last.push(delivery);
    this.#lastLength += lengthOf(delivery);
    while (this.#last.length > MAX_FEED_PAST || this.#lastLength > MAX_KEPT_LENGTH) {
      const oldest = this.#last.shift();
      this.#lastLength -= oldest === undefined ? 0 : lengthOf(oldest);
    }
    for (const reader of this.#readers) send(reader, delivery);
  }

  /** Serves a request for the feed. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    const [, query] = (request.url ?? "").split("?");
    const searchParams = new URLSearchParams(query);
    const past = Number(searchParams.get("last") ?? MAX_FEED_PAST);
    if (request.method !== "GET" || !(past >= 0 && past <= MAX_FEED_PAST)) {
      response.writeHead(400).end();
      return;
    }
    const follows = searchParams.has("follow");
    if (follows && this.#readers.size >= MAX_READERS) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.flushHeaders();
    const reader = { response, leftOut: 0 };
    for (const delivery of this.#last.slice(Math.max(0, this.#last.length - past)))
      write(response, { kind: "delivery", delivery });
    if (follows) this.#follow(reader);
    else response.end();
  }

  #follow(reader: Reader): void {
    write(reader.response, { kind: "live" });
    this.#readers.add(reader);
    reader.response.on("close", () => this.#readers.delete(reader));
    reader.response.on("drain", () => {
      if (reader.leftOut > 0) write(reader.response, { kind: "left-out", count: reader.leftOut });
      reader.leftOut = 0;
    });
  }
}

function lengthOf({ body, attributes }: Delivery): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    body.length,
  );
}

function send(reader: Reader, delivery: Delivery): void {
  if (reader.response.writableLength > MAX_WAITING_BYTES) reader.leftOut += 1;
  else write(reader.response, { kind: "delivery", delivery });
}

function write(response: ServerResponse, line: EventFeedLine): void {
  response.write(`${JSON.stringify(line)}\n`);
}
