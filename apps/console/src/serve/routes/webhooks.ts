import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import type { QueuedOutputs } from "@rainhooks/stage/outputs";
import { allQueued, type ReachedStage } from "@rainhooks/stage/reached";
import type { ShownWebhook } from "@rainhooks/stage/routes/answers";

/** Reads the webhooks and workers of a stage. */
export function shownWebhooks(reached: ReachedStage): Promise<ShownWebhook[]> {
  return Promise.all(allQueued(reached).map(([name, queued]) => webhookOf(reached, name, queued)));
}

async function webhookOf(reached: ReachedStage, name: string, queued: QueuedOutputs): Promise<ShownWebhook> {
  const [waiting, deadLetters] = await Promise.all([
    queued.queueUrl === undefined ? undefined : countMessages(reached.clients.sqs, queued.queueUrl),
    countMessages(reached.clients.sqs, queued.deadLetterQueueUrl),
  ]);
  const paused = queued.paused === true ? ({ paused: true } as const) : {};
  return { name, deadLetters, ...paused, ...(waiting === undefined ? {} : { waiting }) };
}
