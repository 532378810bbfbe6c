import {
  type ShownDestination,
  shownDestinations,
} from "@rainhooks/extensions/forwarding/routes/destinations";
import { listReplays } from "@rainhooks/extensions/repair/replay/run-job";
import { replayState } from "@rainhooks/stage/operate/replay-job";
import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import type { QueuedOutputs } from "@rainhooks/stage/outputs";
import { allQueued, type ReachedStage } from "@rainhooks/stage/reached";

/** A webhook or a worker, and its queues. */
export interface ShownWebhook {
  readonly name: string;
  /** Messages that wait or are being handled; absent without a queue. */
  readonly waiting?: number;
  readonly deadLetters: number;
  /** True if it leaves in its queue what comes. */
  readonly paused?: true;
}

/** A replay. */
export interface ShownReplay {
  readonly id: string;
  readonly webhook: string;
  readonly state: string;
  readonly sent: number;
  readonly planned: number;
}

/** What the page about webhooks shows. */
export interface WebhooksAnswer {
  readonly webhooks: readonly ShownWebhook[];
  readonly destinations: readonly ShownDestination[];
  readonly replays: readonly ShownReplay[];
}

const MAX_REPLAYS = 10;

/** Reads the webhooks and workers of a stage, its destinations and its last replays. */
export async function webhooksAnswer(reached: ReachedStage): Promise<WebhooksAnswer> {
  const { tables } = reached.outputs;
  const nowMs = Date.now();
  const [webhooks, destinations, replays] = await Promise.all([
    Promise.all(allQueued(reached).map(([name, queued]) => webhookOf(reached, name, queued))),
    shownDestinations(reached),
    tables["replays"] === undefined ? [] : listReplays(reached),
  ]);
  return {
    webhooks,
    destinations,
    replays: replays.slice(0, MAX_REPLAYS).map((job) => ({
      id: job.id,
      webhook: job.request.webhook,
      state: replayState(job, nowMs),
      sent: job.counts.sent,
      planned: job.planned,
    })),
  };
}

async function webhookOf(reached: ReachedStage, name: string, queued: QueuedOutputs): Promise<ShownWebhook> {
  const [waiting, deadLetters] = await Promise.all([
    queued.queueUrl === undefined ? undefined : countMessages(reached.clients.sqs, queued.queueUrl),
    countMessages(reached.clients.sqs, queued.deadLetterQueueUrl),
  ]);
  const paused = queued.paused === true ? ({ paused: true } as const) : {};
  return { name, deadLetters, ...paused, ...(waiting === undefined ? {} : { waiting }) };
}
