import { type Destination, readDestinations } from "@rainhooks/forwarding";
import { destinationsTable } from "@rainhooks/forwarding/table";
import { countMessages, listReplays, replayState } from "@rainhooks/operate";
import { allQueued, type QueuedOutputs, type ReachedStage, tableOf } from "@rainhooks/stage";
import type { Job, Jobs } from "../jobs.ts";

/** A webhook or a worker, and its queues. */
export interface ShownWebhook {
  readonly name: string;
  /** Messages that wait or are being handled; absent without a queue. */
  readonly waiting?: number;
  readonly deadLetters: number;
  /** True if it leaves in its queue what comes. */
  readonly paused?: true;
}

/** A destination, without what is secret. */
export type ShownDestination = Pick<Destination, "id" | "url" | "state"> & {
  readonly reason?: string | undefined;
  readonly sinceMs?: number | undefined;
};

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
  /** Long operations that were started on the page. */
  readonly jobs: readonly Job[];
}

const MAX_REPLAYS = 10;

/** Reads the webhooks and workers of a stage, its destinations and its last replays. */
export async function webhooksAnswer(reached: ReachedStage, jobs: Jobs): Promise<WebhooksAnswer> {
  const { tables } = reached.outputs;
  const { dynamodb: client } = reached.clients;
  const nowMs = Date.now();
  const [webhooks, destinations, replays] = await Promise.all([
    Promise.all(allQueued(reached).map(([name, queued]) => webhookOf(reached, name, queued))),
    tables[destinationsTable.name] === undefined
      ? []
      : readDestinations({ client, tableName: tableOf(reached, destinationsTable.name) }),
    tables["replays"] === undefined ? [] : listReplays(reached),
  ]);
  return {
    webhooks,
    destinations: destinations.map(({ id, url, state, stateReason: reason, pausedAtMs: sinceMs }) => {
      return { id, url, state, reason, sinceMs };
    }),
    replays: replays.slice(0, MAX_REPLAYS).map((job) => ({
      id: job.id,
      webhook: job.request.webhook,
      state: replayState(job, nowMs),
      sent: job.counts.sent,
      planned: job.planned,
    })),
    jobs: jobs.list(),
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
