import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import type { QueuedOutputs } from "@rainhooks/stage/outputs";
import { allQueued, type StageAccess } from "@rainhooks/stage/reached";
import type { FunctionAnswer } from "@rainhooks/stage/routes/answers";

/** Reads the webhooks and workers of a stage. */
export function functionAnswers(reached: StageAccess): Promise<FunctionAnswer[]> {
  return Promise.all(allQueued(reached).map(([name, queued]) => webhookOf(reached, name, queued)));
}

async function webhookOf(reached: StageAccess, name: string, queued: QueuedOutputs): Promise<FunctionAnswer> {
  const [waiting, deadLetters] = await Promise.all([
    countMessages(reached.clients.sqs, queued.queueUrl),
    countMessages(reached.clients.sqs, queued.deadLetterQueueUrl),
  ]);
  const paused = queued.paused === true ? ({ paused: true } as const) : {};
  return { name, deadLetters, ...paused, waiting };
}
