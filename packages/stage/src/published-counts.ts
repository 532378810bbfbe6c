import { RainhooksError } from "@rainhooks/core/errors";
import * as v from "valibot";

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
 * @throws {RainhooksError} `stage-unavailable` when the stage does not count them.
 */
export async function readPublishedCounts(endpoint: string): Promise<PublishedCounts> {
  const response = await fetch(`${endpoint}${PUBLISHED_COUNTS_PATH}`).catch(() => undefined);
  const isCounts = response?.ok === true && response.headers.get("content-type") === "application/json";
  const parsed = v.safeParse(counts, isCounts ? await response.json() : undefined);
  if (parsed.success) return parsed.output;
  throw new RainhooksError(
    "stage-unavailable",
    "This stage does not say how many messages SNS took: its services are not the embedded ones.",
  );
}
