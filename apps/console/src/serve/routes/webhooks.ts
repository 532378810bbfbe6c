import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { type Destination, readDestinations } from "@rainhooks/forwarding";
import { destinationsTable } from "@rainhooks/forwarding/table";
import { isRunning, listJobs } from "@rainhooks/operate";
import { allQueued, type Queued, type ReachedStage, tableOf } from "@rainhooks/stage";
import type { CommandRun, Commands } from "../commands.ts";

/** A webhook or a worker, and its queues. */
export interface ShownWebhook {
  readonly name: string;
  /** Messages that wait or are being handled; absent without a queue. */
  readonly waiting?: number;
  readonly deadLetters: number;
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
  /** Commands that were started on the page; absent if it cannot run any. */
  readonly commands?: readonly CommandRun[];
}

const MAX_REPLAYS = 10;

/** Reads the webhooks and workers of a stage, its destinations and its last replays. */
export async function webhooksAnswer(reached: ReachedStage, commands: Commands): Promise<WebhooksAnswer> {
  const { tables } = reached.outputs;
  const { dynamodb: client } = reached.clients;
  const nowMs = Date.now();
  const [webhooks, destinations, jobs] = await Promise.all([
    Promise.all(allQueued(reached).map(([name, queued]) => webhookOf(reached, name, queued))),
    tables[destinationsTable.name] === undefined
      ? []
      : readDestinations({ client, tableName: tableOf(reached, destinationsTable.name) }),
    tables["replays"] === undefined ? [] : listJobs({ client, tableName: tableOf(reached, "replays") }),
  ]);
  return {
    webhooks,
    destinations: destinations.map(({ id, url, state, stateReason: reason, pausedAtMs: sinceMs }) => {
      return { id, url, state, reason, sinceMs };
    }),
    replays: jobs.slice(0, MAX_REPLAYS).map((job) => ({
      id: job.id,
      webhook: job.request.webhook,
      state: job.state === "running" && !isRunning(job, nowMs) ? "interrupted" : job.state,
      sent: job.counts.sent,
      planned: job.planned,
    })),
    ...(commands.canRun ? { commands: commands.list() } : {}),
  };
}

async function webhookOf(reached: ReachedStage, name: string, queued: Queued): Promise<ShownWebhook> {
  const [waiting, deadLetters] = await Promise.all([
    queued.queueUrl === undefined ? undefined : countMessages(reached, queued.queueUrl),
    countMessages(reached, queued.deadLetterQueueUrl),
  ]);
  return { name, deadLetters, ...(waiting === undefined ? {} : { waiting }) };
}

async function countMessages({ clients: { sqs } }: ReachedStage, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}
