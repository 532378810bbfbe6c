import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hourOf } from "@rainhooks/archive/hour";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { messageOf } from "@rainhooks/core/errors";
import type { PublishedCount, PublishedCounts } from "@rainhooks/stage/local-endpoint";

/**
 * Counts the messages that SNS takes, by hour and topic, as its metric in AWS does. Each is a line
 * in a file, so that the counts are right after a crash; a start joins the lines.
 */
export class PublishCounter {
  readonly #path: string;
  readonly #onError: (error: unknown) => void;
  readonly #counts: Map<string, PublishedCount>;

  constructor(folder: string, onError: (error: unknown) => void) {
    this.#path = join(folder, "published");
    this.#onError = onError;
    this.#counts = readCounts(this.#path);
    this.#write(() =>
      writeFileSync(this.#path, [...this.#counts.values()].map(lineOf).join(""), { mode: 0o600 }),
    );
  }

  /** Counts a message. */
  add({ sentAtMs, topic = "" }: Delivery): void {
    const one = { hour: hourOf(sentAtMs), topic, count: 1 };
    addTo(this.#counts, one);
    this.#write(() => appendFileSync(this.#path, lineOf(one)));
  }

  /** Returns the counts. */
  current(): PublishedCounts {
    const beforeMs = Date.now() + 1;
    // The millisecond must be over: nothing that is counted later may have a time before it.
    while (Date.now() < beforeMs);
    return { beforeMs, counts: [...this.#counts.values()] };
  }

  #write(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onError(
        new Error(`The counts of published messages are not saved: ${messageOf(error)}`),
      );
    }
  }
}

function addTo(counts: Map<string, PublishedCount>, { hour, topic, count }: PublishedCount): void {
  const key = `${hour} ${topic}`;
  counts.set(key, { hour, topic, count: (counts.get(key)?.count ?? 0) + count });
}

function lineOf({ hour, topic, count }: PublishedCount): string {
  return `${hour} ${topic} ${count}\n`;
}

/** Reads the counts of earlier runs. A last line that is cut off is not read. */
function readCounts(path: string): Map<string, PublishedCount> {
  const counts = new Map<string, PublishedCount>();
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  for (const line of text.split("\n").slice(0, -1)) {
    const [hour = "", topic = "", count] = line.split(" ");
    addTo(counts, { hour, topic, count: Number(count) });
  }
  return counts;
}
