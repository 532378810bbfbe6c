import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { readHours } from "@rainhooks/archive/read/read-hours";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { NO_COUNTS, type ReplayRequest, type ReplaySelection } from "@rainhooks/stage/operate/replay-job";
import type { DeadLetterReader } from "@rainhooks/stage/read-dead-letters";
import { LetterLookup } from "./known-letters.ts";
import { type SubscriptionScope, selectorOf } from "./select.ts";

/** What a replay would read and send. */
export interface ReplayPlan {
  /** Objects that were read, and their bytes. */
  readonly objects: number;
  readonly objectBytes: number;
  /** Bytes of those in a storage class for which S3 charges reads by the byte. */
  readonly bytesByClass: ReadonlyMap<string, number>;
  /** Deliveries that were read. */
  readonly read: number;
  /** Deliveries of the replay, and the bytes of their messages as published. */
  readonly matched: number;
  readonly matchedBytes: number;
  /** Times at which the first and the last of them were published. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  /** How many there are of each event type, without its prefix. */
  readonly byType: ReadonlyMap<string, number>;
  /** How many of them cannot be decoded. */
  readonly undecodable: number;
  /**
   * How many of these are not sent, because a dead letter of each is there; the others become dead letters.
   */
  readonly deadLetters: number;
  /** Lines and objects that cannot be read. */
  readonly unreadable: number;
  /** The first few of them. */
  readonly problems: readonly string[];
}

/** What a plan needs. */
export interface PlanDependencies {
  readonly archive: Archive;
  readonly hours: HoursToRead;
  readonly subscribed: SubscriptionScope;
  /** The dead-letter queue of the webhook. */
  readonly letters: DeadLetterReader;
  /** Called after each object. */
  readonly onProgress?: (plan: ReplayPlan) => void;
  /** Ends the reading: what it throws is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_PROBLEMS = 20;

/** Reads the archive as a replay would, and counts. It sends nothing. */
export async function countDeliveries(
  selection: ReplaySelection & Pick<ReplayRequest, "webhook">,
  { archive, hours, subscribed, letters, onProgress, signal }: PlanDependencies,
): Promise<ReplayPlan> {
  const selector = selectorOf(selection, subscribed);
  const known = new LetterLookup(letters);
  const byType = new Map<string, number>();
  const bytesByClass = new Map<string, number>();
  const problems: string[] = [];
  const sum = { ...NO_COUNTS, objectBytes: 0, matchedBytes: 0, undecodable: 0 };
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = 0;
  const current = (): ReplayPlan => ({
    objects: sum.objects,
    objectBytes: sum.objectBytes,
    bytesByClass,
    read: sum.read,
    matched: sum.matched,
    matchedBytes: sum.matchedBytes,
    firstMs: sum.matched === 0 ? undefined : firstMs,
    lastMs: sum.matched === 0 ? undefined : lastMs,
    byType,
    undecodable: sum.undecodable,
    deadLetters: sum.deadLetters,
    unreadable: sum.unreadable,
    problems,
  });
  const lines = readHours(archive, hours, {
    keys: selection.keys,
    onObject: ({ bytes, storageClass }) => {
      sum.objects += 1;
      sum.objectBytes += bytes;
      if (storageClass !== undefined)
        bytesByClass.set(storageClass, (bytesByClass.get(storageClass) ?? 0) + bytes);
      onProgress?.(current());
    },
  });
  for await (const { key, deliveries, unreadable } of lines) {
    signal?.throwIfAborted();
    sum.read += deliveries.length;
    sum.unreadable += unreadable.length;
    for (const { line, reason } of unreadable.slice(0, MAX_PROBLEMS - problems.length))
      problems.push(`${key}${line === 0 ? "" : `, line ${line}`}: ${reason}`);
    const selected: Delivery[] = [];
    for (const { delivery } of deliveries) {
      const type = selector(delivery);
      if (type === undefined) continue;
      selected.push(delivery);
      sum.matched += 1;
      sum.matchedBytes += delivery.body.length;
      byType.set(type, (byType.get(type) ?? 0) + 1);
      firstMs = Math.min(firstMs, delivery.sentAtMs);
      lastMs = Math.max(lastMs, delivery.sentAtMs);
    }
    const { all, withLetter } = await known.among(selected);
    sum.undecodable += all.length;
    sum.deadLetters += withLetter.size;
  }
  return current();
}
