import { RainhooksError } from "@rainhooks/core/errors";
import * as v from "valibot";

/**
 * Path of the oldest messages of queues at the endpoint of a local stage. No bucket can have this
 * name.
 */
export const OLDEST_MESSAGES_PATH = "/_rainhooks/oldest";

const oldest = v.record(v.string(), v.number());

/** When the oldest message of each queue was sent, epoch milliseconds, by the queue's name. */
export type OldestMessages = v.InferOutput<typeof oldest>;

/**
 * Reads when the oldest message of each queue of a local stage was sent, as the metric of its age
 * says in AWS. Queues without a message are left out.
 *
 * @throws {RainhooksError} `stage-unavailable` when the endpoint does not say it.
 */
export async function readOldestMessages(endpoint: string): Promise<ReadonlyMap<string, number>> {
  return new Map(Object.entries(await readJson(`${endpoint}${OLDEST_MESSAGES_PATH}`, oldest)));
}

/** Reads JSON of a local stage. */
async function readJson<Schema extends v.GenericSchema>(
  url: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const response = await fetch(url).catch(() => undefined);
  const parsed = v.safeParse(schema, await response?.json().catch(() => undefined));
  if (parsed.success) return parsed.output;
  throw new RainhooksError(
    "stage-unavailable",
    `${url} does not say what this command asks: the services of this stage are not the embedded ones, or have ended.`,
  );
}

/** Path of the published counts at the endpoint of a local stage. No bucket can have this name. */
export const PUBLISHED_COUNTS_PATH = "/_rainhooks/published";

const counted = v.object({ hour: v.string(), topic: v.string(), count: v.number() });
const counts = v.object({ beforeMs: v.number(), counts: v.array(counted) });

/** Number of messages that SNS has taken of a topic in an hour, such as `2026/11/24/08`, UTC. */
export type PublishedCount = v.InferOutput<typeof counted>;

/** Counts of all messages that SNS took before a time, epoch milliseconds, and of none after it. */
export type PublishedCounts = v.InferOutput<typeof counts>;

/**
 * Reads how many messages SNS has taken on a local stage, as its metric says in AWS.
 *
 * @throws {RainhooksError} `stage-unavailable` when the endpoint does not say it.
 */
export function readPublishedCounts(endpoint: string): Promise<PublishedCounts> {
  return readJson(`${endpoint}${PUBLISHED_COUNTS_PATH}`, counts);
}

/**
 * Path at the endpoint of a local stage that lets Firehose write what it has. No bucket can have
 * this name.
 */
export const WRITE_BUFFERED_PATH = "/_rainhooks/write";

/** Maximum wait for it: a stream may refuse for longer, and is asked again. */
const MAX_WAIT_MS = 10_000;

/**
 * Makes Firehose of a local stage write its buffers, including the messages that SNS is about to
 * deliver to it.
 *
 * @returns Whether all of it is written. False also for a stage that uses another emulator.
 */
export async function writeBuffered(endpoint: string): Promise<boolean> {
  const signal = AbortSignal.timeout(MAX_WAIT_MS);
  const asked = { method: "POST", signal };
  const response = await fetch(`${endpoint}${WRITE_BUFFERED_PATH}`, asked).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 204;
}
