import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { type Check, type Finding, notChecked, ok, wrong } from "../check.ts";
import { causeOf, invoke } from "../event/cause.ts";
import { type ArchivedTrial, hasCome, isStore, takeOut } from "../event/places.ts";
import { beginTrial, type Trial } from "../event/send.ts";
import { until } from "../until.ts";
import type { Visit, VisitedWebhook } from "../visit.ts";

/** An event of a node that is none comes through each webhook into its store, and is taken out again. */
export const event: Check = {
  name: "event",
  page: "first-deployment.md#the-marked-event",
  needs: {
    topics: ["sns:ListSubscriptionsByTopic"],
    queues: ["sqs:GetQueueAttributes"],
    "dead-letters": ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
    functions: ["lambda:InvokeFunction"],
    stores: ["dynamodb:DeleteItem", "dynamodb:Query"],
    erasures: ["dynamodb:UpdateItem"],
    archive: ["s3:ListBucket", "s3:ListBucketVersions"],
    "archive-objects": ["s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
  },
  run: async (visit) => {
    const { stage, request, webhooks } = visit;
    if (request.lookOnly) return [notChecked("--look-only sends nothing")];
    await takeOut(stage);
    const archived: ArchivedTrial = new Map();
    const trial = await beginTrial(visit);
    const way =
      trial.unpublished === undefined
        ? ok(`${trial.deliveries.length} events of the node ${TRIAL_NODE} were published`)
        : notChecked(`from topics to functions, which were invoked: ${trial.unpublished}`);
    const ways = webhooks.map((webhook) => comesThrough(visit, webhook, trial, archived));
    const settled = await Promise.allSettled(ways);
    const isWhole = settled.every((one) => one.status === "fulfilled" && one.value.outcome !== "wrong");
    const text = await takeOut(stage, archived, !isWhole);
    const rest = `${text}. What waits is handled for 15 minutes at most: look again then, and it goes, too`;
    // What failed is thrown when all is taken out.
    return [way, ...(await Promise.all(ways)), isWhole ? ok(text) : notChecked(rest)];
  },
};

const LOOK = "Mend that, and look again. What waits in its queue is tried again by itself.";

async function comesThrough(
  visit: Visit,
  webhook: VisitedWebhook,
  trial: Trial,
  archived: ArchivedTrial,
): Promise<Finding> {
  const { name } = webhook;
  const keeps = isStore(webhook);
  const isLocal = visit.stage.local !== undefined;
  if ((trial.unpublished !== undefined || !keeps) && webhook.function !== undefined && !isLocal) {
    const reason = await invoke(visit, webhook, trial);
    if (reason !== undefined) return wrong(`${name} cannot handle the events: ${reason}`, LOOK);
  } else if (trial.unpublished !== undefined) return notChecked(`${name} gets events from its topics alone`);
  if (!keeps)
    return isLocal ? notChecked(`${name} leaves them out`) : ok(`${name} runs, and leaves them out`);
  // A store that nothing is wrong with has them within a minute, the archive when its buffer is written.
  const bufferMs = webhook.isArchive ? (visit.stage.outputs.archive?.bufferS ?? 0) * SECOND_MS : 0;
  const maxMs = Math.min(visit.request.wait, bufferMs + MINUTE_MS);
  if ((await until(visit, maxMs, () => hasCome(visit.stage, webhook, trial, archived))) === true)
    return ok(`${name} has them`);
  return wrong(`the events are not in ${name}: ${await causeOf(visit, webhook, trial)}`, LOOK);
}
