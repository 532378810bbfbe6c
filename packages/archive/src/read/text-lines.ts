import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { parseLine } from "./parse-line.ts";

/**
 * Maximum bytes of a line: a message has up to 256 KiB, and JSON writes some characters as six,
 * twice.
 */
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * A quick look at a line: false if the reader does not need it. It is then not parsed, only
 * counted. Of each part of an object, the first line is parsed in any case, so that the reader
 * knows when it was published.
 */
export type WantsLine = (line: string) => boolean;

/**
 * Reads the lines of an object, a part for each chunk. Lines that are empty count, and are nothing
 * else.
 */
export async function* textLines(
  key: string,
  chunks: AsyncIterable<Buffer>,
  after: number,
  wants?: WantsLine,
): AsyncGenerator<ObjectLines> {
  const lines = new Lines(after, wants);
  for await (const chunk of chunks) {
    lines.add(chunk);
    const part = lines.take();
    if (part !== undefined) yield { key, ...part };
  }
  lines.end();
  const part = lines.take();
  if (part !== undefined) yield { key, ...part };
}

/** Splits chunks into lines. */
class Lines {
  readonly #after: number;
  #line = 0;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #deliveries: DeliveryLine[] = [];
  #unreadable: UnreadableLine[] = [];
  #taken = 0;
  readonly #wants: WantsLine | undefined;
  #skipped = 0;

  constructor(after: number, wants: WantsLine | undefined) {
    this.#after = after;
    this.#wants = wants;
    this.#taken = after;
  }

  add(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    // A copy, so that a short rest does not keep its whole chunk in memory.
    this.#keep(Buffer.from(chunk.subarray(start)));
  }

  /** Ends the object: a last line may have no line feed. */
  end(): void {
    if (this.#restBytes > 0) this.#endLine();
  }

  #endLine(): void {
    const bytes = this.#restBytes;
    const parts = this.#rest;
    this.#rest = [];
    this.#restBytes = 0;
    this.#line += 1;
    if (bytes === 0 || this.#line <= this.#after) return;
    const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    const text = bytes > MAX_LINE_BYTES ? undefined : whole.toString("utf8");
    if (text !== undefined && this.#deliveries.length > 0 && this.#wants?.(text) === false) {
      this.#skipped += 1;
      return;
    }
    const delivery = text === undefined ? undefined : parseLine(text);
    if (delivery === undefined)
      this.#unreadable.push({ line: this.#line, reason: reasonOf(bytes) });
    else this.#deliveries.push({ line: this.#line, delivery });
  }

  /** Returns the lines since the last call; `undefined` if there are none. */
  take(): Omit<ObjectLines, "key"> | undefined {
    if (this.#line <= this.#taken) return undefined;
    const part = {
      deliveries: this.#deliveries,
      unreadable: this.#unreadable,
      lastLine: this.#line,
      ...(this.#wants === undefined ? {} : { skipped: this.#skipped }),
    };
    this.#skipped = 0;
    this.#deliveries = [];
    this.#unreadable = [];
    this.#taken = this.#line;
    return part;
  }

  #keep(bytes: Buffer): void {
    // What is longer is not kept, only counted.
    if (bytes.length > 0 && this.#restBytes <= MAX_LINE_BYTES) this.#rest.push(bytes);
    this.#restBytes += bytes.length;
  }
}

function reasonOf(bytes: number): string {
  return bytes > MAX_LINE_BYTES ? `the line has ${bytes} bytes` : "the line is not a delivery";
}

/** A delivery of an object, and its line, from 1. */
export interface DeliveryLine {
  readonly line: number;
  readonly delivery: Delivery;
}

/** A line that is not a delivery, or with line 0 an object that cannot be read from there on. */
export interface UnreadableLine {
  readonly line: number;
  readonly reason: string;
}

/** Some lines of an object, in order. */
export interface ObjectLines {
  readonly key: string;
  readonly deliveries: readonly DeliveryLine[];
  readonly unreadable: readonly UnreadableLine[];
  /**
   * How many lines were not parsed, because the reader does not need them; absent if it needs all.
   */
  readonly skipped?: number;
  /** The last of these lines; all lines up to here have been read. */
  readonly lastLine: number;
}

/** Returns the places of lines that cannot be read, for people. */
export function placesOf({ key, unreadable }: Pick<ObjectLines, "key" | "unreadable">): string[] {
  return unreadable.map(
    ({ line, reason }) => `${key}${line === 0 ? "" : `, line ${line}`}: ${reason}`,
  );
}
