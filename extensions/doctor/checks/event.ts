import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { failureOf } from "@rainhooks/stage/aws-failure";
import { type Check, type Finding, notChecked, ok, wrong } from "../check.ts";
import { hasCome, isStore, takeOut, takeOutItems } from "../event/places.ts";
import { beginTrial, causeOf, invoke, type Traces, type Trial } from "../event/trial.ts";
import { until, type Visit, type VisitedWebhook } from "../visit.ts";

/**
 * An event of a node that is none comes through each webhook into its store, and is taken out
 * again.
 */
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
    replays: ["dynamodb:Scan", "dynamodb:UpdateItem"],
    slots: ["dynamodb:GetItem"],
    archive: ["s3:ListBucket", "s3:ListBucketVersions"],
    "archive-objects": [
      "s3:DeleteObjectVersion",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:PutObject",
    ],
  },
  run: async (visit) => {
    const { stage, request } = visit;
    if (request.lookOnly) return [notChecked("--look-only sends nothing")];
    if (stage.local === undefined && stage.outputs.leavesOutTrials !== true)
      return [
        notChecked(
          "deploy the stage with this version first: its functions do not know these events",
        ),
      ];
    // Those of a run that was killed would count as come.
    await takeOutItems(stage);
    const traces: Traces = { ids: new Set(), objects: new Map() };
    const found = await sendThrough(visit, traces).catch((thrown) => [
      failed("the events", thrown),
    ]);
    const end = await takeOut(stage, traces).then(
      (text) =>
        found.some((one) => one.outcome === "wrong") ? notChecked(`${text}${REST}`) : ok(text),
      (thrown) => wrong(`not all is taken out: ${failureOf(thrown).message}`, AGAIN),
    );
    visit.signal?.throwIfAborted();
    return [...found, end];
  },
};

const ERASE = `rainhooks erase node ${TRIAL_NODE}`;
const REST = `. What waits is handled for 15 minutes at most. Then, what it has left goes with ${ERASE}`;
const AGAIN = `Mend that, and then: ${ERASE}.`;
const LOOK = "Mend that, and look again. What waits in its queue is tried again by itself.";

const failed = (name: string, thrown: unknown) =>
  notChecked(`${name}: ${failureOf(thrown).message}`);

async function sendThrough(visit: Visit, traces: Traces): Promise<Finding[]> {
  const trial = await beginTrial(visit, traces);
  const way =
    trial.unpublished === undefined
      ? ok(`${trial.deliveries.length} events of the node ${TRIAL_NODE} were published`)
      : notChecked(`functions were invoked with the events, since ${trial.unpublished}`);
  const ways = visit.webhooks.map((one) =>
    comesThrough(visit, one, trial, traces).catch((thrown) => failed(one.name, thrown)),
  );
  return [way, ...(await Promise.all(ways))];
}

async function comesThrough(
  visit: Visit,
  webhook: VisitedWebhook,
  trial: Trial,
  traces: Traces,
): Promise<Finding> {
  const { name } = webhook;
  const keeps = isStore(webhook);
  const isLocal = visit.stage.local !== undefined;
  if ((trial.unpublished !== undefined || !keeps) && webhook.function !== undefined && !isLocal) {
    const reason = await invoke(visit, webhook, trial);
    if (reason !== undefined) return wrong(`${name} cannot handle the events: ${reason}`, LOOK);
  } else if (trial.unpublished !== undefined)
    return notChecked(`${name} gets events from its topics alone`);
  if (!keeps)
    return isLocal
      ? notChecked(`${name} leaves them out`)
      : ok(`${name} runs, and leaves them out`);
  // A store that nothing is wrong with has them within a minute, the archive when its buffer is
  // written.
  const bufferMs = webhook.isArchive ? (visit.stage.outputs.archive?.bufferS ?? 0) * SECOND_MS : 0;
  const maxMs = Math.min(visit.request.wait, bufferMs + MINUTE_MS);
  if ((await until(visit, maxMs, () => hasCome(visit.stage, webhook, trial, traces))) === true)
    return ok(`${name} has them`);
  const cause = await causeOf(visit, webhook, trial).catch((thrown) => failureOf(thrown).message);
  return wrong(`the events are not in ${name}: ${cause}`, LOOK);
}
