import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { chunkBySize } from "@rainhooks/core/collections";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { ReplayJob } from "@rainhooks/stage/operate/replay-job";
import * as v from "valibot";
import { MAX_LIST } from "./request.ts";

/** Sort key of the item with the job; its lists are in the items after it. */
export const JOB_PART = "job";
/** Lists of a request that can be too long for one item. */
const LISTS = ["ids", "keys"] as const;
const MAX_ITEM_BYTES = 300_000;
/** Days until DynamoDB deletes a job that nobody has touched. */
const KEPT_DAYS = 90;

const texts = v.array(v.string());
const job = v.object({
  id: v.string(),
  request: v.object({
    webhook: v.string(),
    address: v.optional(v.string()),
    fromMs: v.number(),
    toMs: v.number(),
    events: v.optional(texts),
    nodes: v.optional(texts),
    ids: v.optional(texts),
    keys: v.optional(texts),
    rate: v.number(),
    maxDeadLetters: v.number(),
  }),
  state: v.picklist(["running", "done", "failed", "cancelled"]),
  reason: v.optional(v.string()),
  startedBy: v.string(),
  createdAtMs: v.number(),
  updatedAtMs: v.number(),
  version: v.number(),
  hours: v.object({ first: v.string(), last: v.string(), late: texts }),
  planned: v.number(),
  place: v.optional(v.object({ key: v.string(), line: v.number() })),
  counts: v.object({
    objects: v.number(),
    read: v.number(),
    matched: v.number(),
    sent: v.number(),
    undecodable: v.number(),
    failed: v.number(),
    unreadable: v.number(),
  }),
  resumed: v.number(),
  problems: texts,
  runner: v.optional(v.string()),
  leaseUntilMs: v.optional(v.number()),
});

/** Converts a job to its item, without the lists. */
export function jobItem(value: ReplayJob): Attributes {
  const { ids: _ids, keys: _keys, ...request } = value.request;
  return marshall(
    { ...value, request, job: value.id, part: JOB_PART, expiresAtS: expiresAtS(value) },
    { removeUndefinedValues: true },
  );
}

/** Converts the lists of a job to items, each of a size that DynamoDB takes. */
export function listItems(value: ReplayJob): Attributes[] {
  return LISTS.flatMap((name) => {
    const list = value.request[name] ?? [];
    const chunks = chunkBySize(list, (text) => Buffer.byteLength(text) + 1, {
      count: MAX_LIST,
      bytes: MAX_ITEM_BYTES,
    });
    return chunks.map((entries, index) =>
      marshall({
        job: value.id,
        part: `${name}#${String(index).padStart(4, "0")}`,
        entries,
        expiresAtS: expiresAtS(value),
      }),
    );
  });
}

function expiresAtS({ updatedAtMs }: ReplayJob): number {
  return Math.ceil((updatedAtMs + KEPT_DAYS * DAY_MS) / SECOND_MS);
}

/**
 * Converts the items of a job.
 *
 * @throws {RainhooksError} `stage-unavailable` for a job of another version.
 */
export function readJobItems(items: readonly Attributes[]): ReplayJob {
  const values = items.map((item) => unmarshall(item));
  const main = values.find(({ part }) => part === JOB_PART);
  const lists = LISTS.map((name) => {
    const parts = values.filter(({ part }) => String(part).startsWith(`${name}#`));
    const entries = parts.flatMap((part) => (Array.isArray(part["entries"]) ? part["entries"] : []));
    return [name, parts.length === 0 ? undefined : entries.map(String)] as const;
  });
  const request = { ...main?.["request"], ...Object.fromEntries(lists) };
  const parsed = v.safeParse(job, { ...main, request });
  if (parsed.success) return parsed.output as ReplayJob;
  throw new RainhooksError(
    "stage-unavailable",
    `Replay ${main?.["id"]} was written by another version of Rainhooks. Use that version.`,
  );
}
