import type { Archive } from "@rainhooks/archive";
import { type HoursToRead, hoursToRead, type PublishedRange } from "@rainhooks/archive";
import { readDelays } from "@rainhooks/archive/hours";
import { RainhooksError } from "@rainhooks/core";
import type { ReplayTable, Subscribed } from "@rainhooks/operate";
import { archiveOf, type Queued, type ReachedStage, tableOf, whyNoQueue } from "@rainhooks/stage";

/** A webhook of a stage that accepts replays. */
export interface ReplayTarget {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly subscribed: Subscribed;
  /** Whether each replay must be for one part of the webhook, such as one destination. */
  readonly needsAddress: boolean;
}

/**
 * Finds where replays for a webhook go.
 *
 * @throws {RainhooksError} `not-found` for an unknown webhook, `input-invalid` for one that accepts no replays.
 */
export function targetOf({ outputs }: ReachedStage, webhook: string): ReplayTarget {
  const found = new Map(Object.entries(outputs.webhooks)).get(webhook);
  if (found === undefined) {
    const names = Object.keys(outputs.webhooks).join(", ");
    throw new RainhooksError(
      "not-found",
      `Stage ${outputs.stage} has no webhook ${webhook}. It has: ${names}.`,
    );
  }
  const { deadLetterQueueUrl, replay } = found;
  if (replay !== undefined) {
    const { topics, filterPolicy, needsAddress = false } = replay;
    const subscribed = { topics, filterPolicy };
    return { queueUrl: replay.queueUrl, deadLetterQueueUrl, subscribed, needsAddress };
  }
  throw new RainhooksError("input-invalid", `${webhook} gets no replays: ${whyNot(outputs, webhook, found)}`);
}

function whyNot({ archive }: ReachedStage["outputs"], webhook: string, queued: Queued): string {
  const { queueUrl } = queued;
  if (queueUrl === undefined) return `${whyNoQueue(queued)}, so it has no queue.`;
  if (queueUrl === archive?.queueUrl) return "it would archive again what is archived.";
  return `handling an event twice might do harm. If not, set replay: "accept" in its definition (apps/${webhook}/src/webhook.ts).`;
}

/** The archive of a stage. */
export function reachedArchive(reached: ReachedStage): Archive {
  return { client: reached.clients.s3, bucket: archiveOf(reached).bucket };
}

/** The table of a stage's replays. */
export function replayTable(reached: ReachedStage): ReplayTable {
  return { client: reached.clients.dynamodb, tableName: tableOf(reached, "replays") };
}

/** Returns the folders in which deliveries of a range can be. */
export async function hoursOf(
  reached: ReachedStage,
  range: PublishedRange,
  nowMs: number,
): Promise<HoursToRead> {
  const table = { client: reached.clients.dynamodb, tableName: tableOf(reached, "archive-hours") };
  return hoursToRead(range, await readDelays(table, range), nowMs);
}
