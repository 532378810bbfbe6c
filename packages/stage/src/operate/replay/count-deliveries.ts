import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { readHours } from "@rainhooks/archive/read/read-hours";
import { placesOf } from "@rainhooks/archive/read/text-lines";
import { decode } from "@rainhooks/core/decode/decode";
import type { ReplaySelection } from "./replay-job.ts";
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
  /** How many of them cannot be decoded: these are not sent. */
  readonly undecodable: number;
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
  /** Called for each object. */
  readonly onProgress?: (plan: ReplayPlan) => void;
  /** Ends the reading: what it throws is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const MAX_PROBLEMS = 20;

/** Reads the archive as a replay would, and counts. It sends nothing. */
export async function countDeliveries(
  selection: ReplaySelection,
  { archive, hours, subscribed, onProgress, signal }: PlanDependencies,
): Promise<ReplayPlan> {
  const selector = selectorOf(selection, subscribed);
  const byType = new Map<string, number>();
  const bytesByClass = new Map<string, number>();
  const problems: string[] = [];
  const sum = {
    objects: 0,
    objectBytes: 0,
    read: 0,
    matched: 0,
    matchedBytes: 0,
    undecodable: 0,
    unreadable: 0,
  };
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = 0;
  const current = (): ReplayPlan => ({
    ...sum,
    bytesByClass,
    byType,
    problems,
    firstMs: sum.matched === 0 ? undefined : firstMs,
    lastMs: sum.matched === 0 ? undefined : lastMs,
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
    problems.push(...placesOf({ key, unreadable }).slice(0, MAX_PROBLEMS - problems.length));
    for (const { delivery } of deliveries) {
      const type = selector(delivery);
      if (type === undefined) continue;
      sum.matched += 1;
      sum.matchedBytes += delivery.body.length;
      byType.set(type, (byType.get(type) ?? 0) + 1);
      firstMs = Math.min(firstMs, delivery.sentAtMs);
      lastMs = Math.max(lastMs, delivery.sentAtMs);
      if (decode(delivery).kind === "undecodable") sum.undecodable += 1;
    }
  }
  return current();
}
