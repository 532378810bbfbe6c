import { setTimeout as pause } from "node:timers/promises";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import { eraseLetters } from "../../privacy/erase/erase-letters.ts";
import { searchOf } from "../../privacy/erase/search.ts";
import { type Check, type Finding, notChecked, ok, wrong } from "../check.ts";
import { causeOf, invoke } from "../event/cause.ts";
import {
  type ArchivedTrial,
  findInArchive,
  isInStore,
  TABLE_STORES,
  takeOutOfArchive,
  takeOutOfTables,
} from "../event/places.ts";
import { beginTrial, type Trial } from "../event/send.ts";
import type { DeployedWebhook, Visit } from "../visit.ts";

const LOOK_MS = SECOND_MS;
/** A store that nothing is wrong with has the event before. */
const MAX_WAIT_MS = MINUTE_MS;

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
    "filter-rules": ["dynamodb:BatchGetItem"],
    erasures: ["dynamodb:UpdateItem"],
    archive: ["s3:ListBucket", "s3:ListBucketVersions"],
    "archive-objects": ["s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
  },
  run: async (visit) => {
    if (!visit.request.sends) return [notChecked("--look-only sends nothing")];
    await takeOutOfTables(visit.stage);
    const archived: ArchivedTrial = new Map();
    const trial = await beginTrial(visit);
    let findings: Finding[] = [];
    try {
      const all = visit.webhooks.map(([name, webhook]) =>
        comesThrough({ visit, name, webhook, trial, archived }),
      );
      findings = (await Promise.all(all)).flat();
    } finally {
      findings.push(await takenOut(visit, archived, findings));
    }
    return [
      trial.unpublished === undefined
        ? ok(`${trial.deliveries.length} events of the node ${TRIAL_NODE} were published`)
        : notChecked(
            `the way from the topics, because ${trial.unpublished}: functions were given the events`,
          ),
      ...findings,
    ];
  },
};

interface Arrow {
  readonly visit: Visit;
  readonly name: string;
  readonly webhook: DeployedWebhook;
  readonly trial: Trial;
  readonly archived: ArchivedTrial;
}

async function comesThrough(arrow: Arrow): Promise<Finding> {
  const { visit, name, webhook, trial } = arrow;
  const isInvoked = trial.unpublished !== undefined || !isStore(arrow);
  if (isInvoked && webhook.function !== undefined && visit.stage.local === undefined) {
    const reason = await invoke(visit, webhook, trial);
    if (reason !== undefined) return wrong(`${name} cannot handle the events: ${reason}`, LOOK);
  } else if (trial.unpublished !== undefined) return notChecked(`${name} gets nothing but from its topics`);
  const endMs = performance.now() + waitMs(arrow);
  while (!(await hasCome(arrow))) {
    if (performance.now() > endMs)
      return wrong(`the events are not in ${name}: ${await causeOf(visit, name, webhook, trial)}`, LOOK);
    await pause(LOOK_MS, undefined, { signal: visit.signal });
  }
  return ok(isStore(arrow) ? `${name} has them` : `${name} takes them, and leaves them out`);
}

const LOOK = "Mend that, and look again. What waits in its queue is tried again by itself.";

const isStore = (arrow: Arrow) => isArchive(arrow) || TABLE_STORES.includes(arrow.name);

function isArchive({ visit: { stage }, webhook: { delivery, queueUrl } }: Arrow): boolean {
  const { archive } = stage.outputs;
  return (
    archive !== undefined &&
    (delivery === "firehose" || (queueUrl !== undefined && queueUrl === archive.queueUrl))
  );
}

function waitMs(arrow: Arrow): number {
  const { stage, request } = arrow.visit;
  const bufferMs = isArchive(arrow) ? (stage.outputs.archive?.bufferS ?? 0) * SECOND_MS : 0;
  return Math.min(request.waitMs, bufferMs + MAX_WAIT_MS);
}

/** Whether a store has the events; of a function that keeps nothing, whether none waits for it any more. */
async function hasCome(arrow: Arrow): Promise<boolean> {
  const { visit, name, webhook, trial, archived } = arrow;
  if (isArchive(arrow)) {
    await findInArchive(visit.stage, trial, archived);
    const ids = [...archived.values()].flat();
    return trial.deliveries.every(({ id }) => ids.includes(id));
  }
  if (isStore(arrow)) return isInStore(visit.stage, name);
  if (visit.stage.local === undefined || webhook.queueUrl === undefined) return true;
  return (await countMessages(visit.stage.clients.sqs, webhook.queueUrl)) === 0;
}

/** Takes out what is there of a trial, and says it. */
async function takenOut(
  visit: Visit,
  archived: ArchivedTrial,
  findings: readonly Finding[],
): Promise<Finding> {
  const { stage } = visit;
  const isWhole = findings.length > 0 && findings.every(({ outcome }) => outcome === "ok");
  const subject = { kind: "node", id: TRIAL_NODE, also: [] } as const;
  const search = searchOf(stage, subject, "rainhooks-erased-trial", {});
  const items = await takeOutOfTables(stage);
  const lines = await takeOutOfArchive(stage, archived);
  const letters = isWhole ? 0 : await eraseLetters(stage, search, true);
  const text = `taken out again: ${items} items of tables, ${lines} lines of the archive, ${letters} dead letters`;
  if (isWhole) return ok(text);
  return notChecked(
    `${text}. What waits is written for 15 minutes at most: look again then, and it goes, too`,
  );
}
