import { randomBytes, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Journal } from "./journal.ts";

/** The supported part of CreateDeliveryStream's destination. */
export interface StreamDestination {
  readonly bucket: string;
  readonly prefix: string;
  readonly bufferS: number;
  readonly bufferMiB: number;
}

/** Dependencies of a stream. */
export interface StreamDependencies {
  readonly name: string;
  readonly destination: StreamDestination;
  readonly journal: Journal;
  /** Writes an object to a bucket. */
  readonly putObject: (bucket: string, key: string, body: Buffer) => Promise<void>;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

const MIB = 1024 * 1024;
/** Pause between attempts. Like Firehose, a stream keeps trying. */
const RETRY_MS = 1000;

/**
 * A delivery stream: accepts records, and writes them to one object when the buffer is full or old
 * enough.
 */
export class Stream {
  readonly name: string;
  readonly destination: StreamDestination;
  readonly #dependencies: StreamDependencies;
  #buffer: Buffer[] = [];
  #bytes = 0;
  #oldestAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(dependencies: StreamDependencies, recovered: readonly Buffer[]) {
    this.name = dependencies.name;
    this.destination = dependencies.destination;
    this.#dependencies = dependencies;
    if (recovered.length > 0) this.#take(recovered);
  }

  /** Accepts records. They are in the journal when this returns. */
  async put(records: readonly Buffer[]): Promise<void> {
    await this.#exclusively(async () => {
      await this.#dependencies.journal.append(records);
      this.#take(records);
    });
    if (this.#bytes >= this.destination.bufferMiB * MIB)
      void this.flush().catch(this.#dependencies.onError);
  }

  /** Writes the buffer now. */
  flush(): Promise<void> {
    return this.#exclusively(() => this.#writeOut());
  }

  /** Writes the buffer, and never again. What could not be written stays in the journal. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.flush();
  }

  #take(records: readonly Buffer[]): void {
    if (this.#buffer.length === 0) {
      this.#oldestAtMs = this.#dependencies.nowMs();
      this.#schedule(this.destination.bufferS * 1000);
    }
    this.#buffer.push(...records);
    for (const record of records) this.#bytes += record.length;
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.flush().catch((error: unknown) => {
        this.#dependencies.onError(error);
        this.#schedule(RETRY_MS);
      });
    }, ms);
  }

  async #writeOut(): Promise<void> {
    if (this.#buffer.length === 0) return;
    const { bucket, prefix } = this.destination;
    const { journal, putObject, nowMs } = this.#dependencies;
    const data = Buffer.concat(this.#buffer, this.#bytes);
    const time = formatUtc("yyyy-MM-dd-HH-mm-ss", nowMs());
    const folder = evaluatePrefix(prefix, this.#oldestAtMs);
    const key = `${folder}${this.name}-1-${time}-${randomUUID()}.gz`;
    await putObject(bucket, key, gzipSync(data));
    await journal.clear();
    this.#buffer = [];
    this.#bytes = 0;
    clearTimeout(this.#timer);
  }

  /**
   * Runs puts and writes one after the other, so that the journal always has exactly the records of
   * the buffer.
   */
  #exclusively(work: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => undefined);
    return turn;
  }
}

const EXPRESSION = /!\{([^}:]{0,64}):([^}]{0,256})\}/g;
const DEFAULT_PATTERN = "yyyy/MM/dd/HH/";

/**
 * Evaluates an object prefix as Firehose does, in UTC. `yyyy/MM/dd/HH/` is appended to a prefix
 * without expressions. Source: Amazon Data Firehose developer guide, "Understand custom prefixes
 * for Amazon S3 objects".
 *
 * @param arrivedAtMs Arrival time of the oldest record in the object, epoch milliseconds.
 * @throws {TypeError} for an expression that is not supported.
 */
export function evaluatePrefix(prefix: string, arrivedAtMs: number): string {
  if (!prefix.includes("!{")) return prefix + formatUtc(DEFAULT_PATTERN, arrivedAtMs);
  return prefix.replace(EXPRESSION, (expression, namespace, value) => {
    if (namespace === "timestamp") return formatUtc(value, arrivedAtMs);
    if (namespace === "firehose" && value === "random-string")
      return randomBytes(8).toString("base64url");
    throw new TypeError(`The prefix expression ${expression} is not supported on the local stage.`);
  });
}

/** The fields of a time, by their places in ISO 8601. */
const FIELDS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  yyyy: [0, 4],
  MM: [5, 7],
  dd: [8, 10],
  HH: [11, 13],
  mm: [14, 16],
  ss: [17, 19],
};

/**
 * Formats a time with those fields of Java's DateTimeFormatter that are useful in a path; literal
 * text is in single quotes.
 */
function formatUtc(pattern: string, atMs: number): string {
  const time = new Date(atMs).toISOString();
  return pattern.replace(/'([^']*)'|([A-Za-z])\2*/g, (match, quoted) => {
    if (quoted !== undefined) return quoted;
    const field = FIELDS[match];
    if (field === undefined)
      throw new TypeError(`The time field ${match} is not supported on the local stage.`);
    return time.slice(...field);
  });
}
