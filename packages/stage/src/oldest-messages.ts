import * as v from "valibot";

/** Path of the oldest messages of queues at the endpoint of a local stage. No bucket can have this name. */
export const OLDEST_MESSAGES_PATH = "/_rainhooks/oldest";

const oldest = v.record(v.string(), v.number());

/** When the oldest message of each queue was sent, epoch milliseconds, by the queue's name. */
export type OldestMessages = v.InferOutput<typeof oldest>;

/**
 * Reads when the oldest message of each queue of a local stage was sent, as the metric of its age says in
 * AWS. Queues without a message are left out.
 *
 * @returns `undefined` when the stage does not know, because it uses another emulator.
 */
export async function readOldestMessages(endpoint: string): Promise<ReadonlyMap<string, number> | undefined> {
  const response = await fetch(`${endpoint}${OLDEST_MESSAGES_PATH}`).catch(() => undefined);
  const isJson = response?.ok === true && response.headers.get("content-type") === "application/json";
  const parsed = v.safeParse(oldest, isJson ? await response.json().catch(() => undefined) : undefined);
  return parsed.success ? new Map(Object.entries(parsed.output)) : undefined;
}
