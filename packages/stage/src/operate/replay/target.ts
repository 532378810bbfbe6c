import { RainhooksError } from "@rainhooks/core/errors";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { functionOf, functionsOf, type QueuedOutputs } from "../../outputs.ts";
import { type StageAccess, tableOf } from "../../stage-access.ts";
import type { WatchedQueues } from "./queue-watch.ts";
import type { SubscriptionScope } from "./select.ts";

/** Messages in the queue to which the webhook sends above which nothing more is sent. */
const MAX_FURTHER = 2000;

/**
 * Finds where replays for a webhook go.
 *
 * @throws {RainhooksError} `not-found` for an unknown webhook, `input-invalid` for one that accepts
 * no replays.
 */
export function targetOf({ outputs }: StageAccess, webhook: string) {
  const found = functionOf(outputs, webhook, "topics");
  if (found === undefined) {
    const names = functionsOf(outputs, "topics")
      .map(([name]) => name)
      .join(", ");
    throw new RainhooksError(
      "not-found",
      `Stage ${outputs.stage} has no webhook ${webhook}. It has: ${names}.`,
    );
  }
  const { deadLetterQueueUrl, replay } = found;
  if (replay !== undefined) {
    const { queueUrl, topics, filterPolicy, needsAddress = false, through = "" } = replay;
    const subscribed: SubscriptionScope = { topics, filterPolicy };
    const next = functionOf(outputs, through, "queue");
    const further: WatchedQueues["further"] = next && {
      queueUrl: next.queueUrl,
      maxWaiting: MAX_FURTHER,
    };
    // Of one that needs an address, each replay must be for one part, such as one destination.
    return { queueUrl, deadLetterQueueUrl, subscribed, needsAddress, further };
  }
  throw new RainhooksError(
    "input-invalid",
    `${webhook} gets no replays: ${whyNot(outputs, webhook, found)}`,
  );
}

function whyNot(
  { archive }: StageAccess["outputs"],
  webhook: string,
  queued: QueuedOutputs,
): string {
  if (queued.queueUrl === archive?.queueUrl) return "it would archive again what is archived.";
  return `handling an event twice might do harm. If not, set replay: "accept" in its definition (apps/${webhook}/src/webhook.ts).`;
}

/** The table of a stage's replays. */
export function replayTable(access: StageAccess): TableAccess {
  return { client: access.clients.dynamodb, tableName: tableOf(access, "replays") };
}
