import { type Check, type Finding, notChecked, ok, wrong } from "../check.ts";
import type { Visit, VisitedWebhook } from "../visit.ts";

/** Each topic is there, and each webhook gets its messages. */
export const subscriptions: Check = {
  name: "subscriptions",
  page: "first-deployment.md#subscriptions",
  needs: { topics: ["sns:ListSubscriptionsByTopic"], queues: ["sqs:GetQueueAttributes"] },
  run: async (visit) => (await Promise.all(visit.webhooks.map((one) => ofWebhook(visit, one)))).flat(),
};

const DEPLOY = "Deploy the stage again: Terraform makes what is missing.";
const LEAVE_OUT =
  "Update RainMaker, or leave the event out of the stage (topics.leaveOut), and deploy it again.";
const CONFIRM = "Let the owner of the topic confirm it, or deploy the stage again.";

async function ofWebhook(visit: Visit, webhook: VisitedWebhook): Promise<Finding[]> {
  const { name, topics, queueUrl, replay, isArchive } = webhook;
  if (topics.length === 0) return [notChecked(`which topics ${name} has is not known`)];
  const { QueueArn: arn = "" } = await visit.queueOf(queueUrl);
  const problems: Finding[] = [];
  for (const topic of topics) {
    const all = await visit.subscriptionsOf(topic);
    const found = all?.find(({ endpoint }) => endpoint === arn);
    const of = topic.slice(topic.lastIndexOf(":") + 1);
    if (all === undefined) problems.push(wrong(`the topic ${of} of ${name} does not exist`, LEAVE_OUT));
    else if (found === undefined) problems.push(wrong(`${name} is not subscribed to ${of}`, DEPLOY));
    if (found?.isConfirmed === false)
      problems.push(wrong(`the subscription of ${name} to ${of} is not confirmed`, CONFIRM));
  }
  const isCertain = replay !== undefined || isArchive || problems.length === topics.length;
  if (problems.length > 0 && isCertain) return problems;
  return [ok(`${name} is subscribed to ${topics.length - problems.length} topics`)];
}
