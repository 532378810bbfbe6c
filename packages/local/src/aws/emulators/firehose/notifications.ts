import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "@rainhooks/core/errors";
import { MAX_RECORDS } from "./firehose.ts";

/** A notification for a stream. */
interface Pending {
  /** Its place among all that were taken. */
  readonly place: number;
  readonly stream: string;
  readonly line: string;
}

/** Options of {@link Notifications}. */
export interface NotificationsOptions {
  /** File of what is not in a stream yet. */
  readonly path: string;
  /** Puts lines into a stream; returns those that it refused. */
  readonly put: (stream: string, lines: readonly string[]) => Promise<readonly string[]>;
  readonly onError: (error: unknown) => void;
}

/** Pause after a refusal. Like SNS, this keeps trying. */
const RETRY_MS = 1000;
/** Wait between two looks at what is still to be written. */
const DRAIN_MS = 10;

/**
 * The notifications that SNS writes to streams itself. Each is in a file before SNS accepts the message, so
 * that none is lost if the stage ends; one that was being written then comes twice, as in AWS.
 */
export class Notifications {
  readonly #options: NotificationsOptions;
  #pending: Pending[];
  #draining: Promise<void> | undefined;
  #isClosed = false;
  #taken: number;

  constructor(options: NotificationsOptions) {
    this.#options = options;
    // They wait for the next one: the streams are created after the start.
    this.#pending = readPending(options.path);
    this.#taken = this.#pending.length;
  }

  /** Takes a notification. */
  add(stream: string, notification: object): void {
    const line = JSON.stringify(notification);
    try {
      appendFileSync(this.#options.path, `${stream} ${line}\n`, { mode: 0o600 });
    } catch (error) {
      this.#options.onError(new Error(`A message for ${stream} is not saved: ${messageOf(error)}`));
    }
    this.#pending.push({ place: this.#taken, stream, line });
    this.#taken += 1;
    this.#wake();
  }

  /** Waits until all that was taken by now is in its stream. */
  async drain(): Promise<void> {
    const taken = this.#taken;
    this.#wake();
    while (this.#draining !== undefined && (this.#pending[0]?.place ?? taken) < taken) await pause(DRAIN_MS);
  }

  /** Stops. What no stream has taken by then stays in the file. */
  async close(): Promise<void> {
    this.#wake();
    this.#isClosed = true;
    await this.#draining;
  }

  #wake(): void {
    if (this.#pending.length === 0 || this.#draining !== undefined) return;
    this.#draining = this.#putAll()
      .catch(this.#options.onError)
      .finally(() => {
        this.#draining = undefined;
      });
  }

  async #putAll(): Promise<void> {
    while (this.#pending.length > 0 && !this.#isClosed) {
      const stream = this.#pending[0]?.stream ?? "";
      const other = this.#pending.findIndex((one) => one.stream !== stream);
      const count = Math.min(MAX_RECORDS, other < 0 ? this.#pending.length : other);
      const some = this.#pending.slice(0, count);
      const refused = await this.#put(
        stream,
        some.map(({ line }) => line),
      );
      const isLeft = ({ line }: Pending) => refused.includes(line);
      this.#pending = [...some.filter(isLeft), ...this.#pending.slice(count)];
      if (refused.length > 0 && !this.#isClosed) await pause(RETRY_MS);
    }
    if (this.#pending.length === 0) writeFileSync(this.#options.path, "", { mode: 0o600 });
  }

  async #put(stream: string, lines: readonly string[]): Promise<readonly string[]> {
    try {
      return await this.#options.put(stream, lines);
    } catch (error) {
      this.#options.onError(new Error(`SNS cannot write to the stream ${stream}: ${messageOf(error)}`));
      return lines;
    }
  }
}

/**
 * Reads what was not in a stream when the stage ended. A last line that is cut off belongs to a message that
 * SNS did not accept.
 */
function readPending(path: string): Pending[] {
  return textOf(path)
    .split("\n")
    .slice(0, -1)
    .map((text, place) => {
      const space = text.indexOf(" ");
      return { place, stream: text.slice(0, space), line: text.slice(space + 1) };
    });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The first run.
    return "";
  }
}
