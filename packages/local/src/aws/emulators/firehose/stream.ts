import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Journal } from "./journal.ts";
import { evaluatePrefix, formatUtc } from "./prefix.ts";

/** The supported part of CreateDeliveryStream's destination. */
export interface StreamDestination {
  readonly bucket: string;
  readonly prefix: string;
  readonly bufferS: number;
  readonly bufferMiB: number;
  readonly gzip: boolean;
}

/** Writes an object to a bucket. */
export type PutObject = (bucket: string, key: string, body: Buffer) => Promise<void>;

/** Dependencies of a stream. */
export interface StreamDependencies {
  readonly name: string;
  readonly destination: StreamDestination;
  readonly journal: Journal;
  readonly putObject: PutObject;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

const MIB = 1024 * 1024;
/** Pause between attempts. Like Firehose, a stream keeps trying. */
const RETRY_MS = 1000;

/**
 * A delivery stream: accepts records, and writes them to one object when the buffer is full or old enough.
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
    if (this.#bytes >= this.destination.bufferMiB * MIB) void this.flush().catch(this.#dependencies.onError);
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
    const { bucket, prefix, gzip } = this.destination;
    const { journal, putObject, nowMs } = this.#dependencies;
    const data = Buffer.concat(this.#buffer, this.#bytes);
    const time = formatUtc("yyyy-MM-dd-HH-mm-ss", nowMs());
    const folder = evaluatePrefix(prefix, this.#oldestAtMs);
    const key = `${folder}${this.name}-1-${time}-${randomUUID()}${gzip ? ".gz" : ""}`;
    await putObject(bucket, key, gzip ? gzipSync(data) : data);
    await journal.clear();
    this.#buffer = [];
    this.#bytes = 0;
    clearTimeout(this.#timer);
  }

  /**
   * Runs puts and writes one after the other, so that the journal always has exactly the records of the
   * buffer.
   */
  #exclusively(work: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => undefined);
    return turn;
  }
}
