import { hostname } from "node:os";
import {
  DeleteQueueCommand,
  ListQueueTagsCommand,
  paginateListQueues,
  QueueDoesNotExist,
} from "@aws-sdk/client-sqs";
import { isAlive } from "../../is-alive.ts";
import { arnOf, type ListenClients, type ListenResources, TAGS } from "./queue.ts";
import { unsubscribeQueue } from "./subscriptions.ts";

/**
 * Removes queues of listeners that have ended without removing them: those whose process on this machine is
 * gone, and those that nobody has renewed in time.
 *
 * @returns The owners of the removed queues.
 */
export async function removeLeftovers(
  { sns, sqs }: ListenClients,
  { queuePrefix, topicArns }: ListenResources,
  nowMs: number,
): Promise<string[]> {
  const removed: string[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues(
    { client: sqs },
    { QueueNamePrefix: queuePrefix },
  ))
    for (const QueueUrl of QueueUrls) {
      const owner = await removeIfLeft(QueueUrl);
      if (owner !== undefined) removed.push(owner);
    }
  return removed;

  async function removeIfLeft(QueueUrl: string): Promise<string | undefined> {
    try {
      const { Tags = {} } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
      if (!isLeft(Tags, nowMs)) return undefined;
      await unsubscribeQueue(sns, topicArns, await arnOf(sqs, QueueUrl));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      return Tags[TAGS.owner] ?? "somebody";
    } catch (error) {
      // Its listener has removed it in the meantime.
      if (error instanceof QueueDoesNotExist) return undefined;
      throw error;
    }
  }
}

/** A queue without these tags is not a listener's. */
function isLeft(tags: Readonly<Record<string, string>>, nowMs: number): boolean {
  const expiresAtMs = Date.parse(tags[TAGS.expiresAt] ?? "");
  if (Number.isNaN(expiresAtMs)) return false;
  if (expiresAtMs < nowMs) return true;
  return tags[TAGS.host] === hostname() && !isAlive(Number(tags[TAGS.process]));
}
