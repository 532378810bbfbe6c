import { type Check, type Finding, ok, wrong } from "../check.ts";
import { type DeployedWebhook, topicsOfWebhook, type Visit } from "../visit.ts";

/** Each webhook gets the messages of its topics. */
export const subscriptions: Check = {
  name: "subscriptions",
  page: "first-deployment.md#subscriptions",
  needs: { topics: ["sns:ListSubscriptionsByTopic"], queues: ["sqs:GetQueueAttributes"] },
  run: async (visit) => {
    const found = await Promise.all(visit.webhooks.map(([name, one]) => ofWebhook(visit, name, one)));
    return found.flat();
  },
};

const DEPLOY = "Deploy the stage again: Terraform makes what is missing.";
const CONFIRM = "Let the owner of the topic confirm it, or deploy the stage again.";

async function ofWebhook(visit: Visit, name: string, webhook: DeployedWebhook): Promise<Finding[]> {
  const isOwn = await ownEndpoint(visit, webhook);
  const expected = topicsOfWebhook(visit, webhook);
  const states = await Promise.all(
    (expected ?? Object.values(visit.topics)).map(async (arn) => {
      const all = await visit.subscriptionsOf(arn);
      // The check of topics says what is not there.
      if (all === undefined) return [];
      const own = all.find(({ endpoint }) => isOwn(endpoint));
      return [{ topic: arn.slice(arn.lastIndexOf(":") + 1), own }];
    }),
  ).then((found) => found.flat());
  const confirmed = states.filter(({ own }) => own?.isConfirmed === true);
  const missing = states.flatMap(({ topic, own }): Finding[] => {
    if (own === undefined) return [wrong(`${name} is not subscribed to the topic ${topic}`, DEPLOY)];
    return own.isConfirmed
      ? []
      : [wrong(`the subscription of ${name} to ${topic} is not confirmed`, CONFIRM)];
  });
  if (expected !== undefined && missing.length > 0) return missing;
  if (confirmed.length === 0) return [wrong(`${name} is subscribed to no topic`, DEPLOY)];
  return [ok(`${name} is subscribed to ${confirmed.length} topics`)];
}

/** Returns what tells whether a subscription is for a webhook: for its queue, its function or its stream. */
async function ownEndpoint(
  { stage, queueOf }: Visit,
  { delivery, queueUrl, function: name }: DeployedWebhook,
): Promise<(endpoint: string) => boolean> {
  if (delivery === "firehose")
    return (endpoint) => endpoint.endsWith(`:deliverystream/${stage.outputs.archive?.stream}`);
  if (queueUrl === undefined) return (endpoint) => endpoint.endsWith(`:function:${name}`);
  const { QueueArn: arn } = await queueOf(queueUrl);
  return (endpoint) => endpoint === arn;
}
