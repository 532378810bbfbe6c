import { isJsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { type Check, ok, wrong } from "../check.ts";

/** The policy of each queue lets the topics send to it that its webhook is subscribed to. */
export const queuePolicies: Check = {
  name: "queue-policies",
  page: "first-deployment.md#policies-of-queues",
  needs: { queues: ["sqs:GetQueueAttributes"] },
  notLocal: "queues of the local stage take messages from every topic",
  run: async ({ webhooks, queueOf }) => {
    const problems = await Promise.all(
      webhooks.map(async ({ name, queueUrl, topics }) => {
        const { Policy = "" } = await queueOf(queueUrl);
        const denied = topics.filter((arn) => !maySend(tryParseJson(Policy), arn));
        const names = denied.map((arn) => arn.slice(arn.lastIndexOf(":") + 1)).join(", ");
        return names === "" ? [] : [wrong(`the policy of the queue of ${name} refuses ${names}`, DEPLOY)];
      }),
    );
    const all = problems.flat();
    return all.length > 0 ? all : [ok(`${webhooks.length} webhooks may get messages of their topics`)];
  },
};

const DEPLOY = "Deploy the stage again, and leave it out of what else changes policies in this account.";

/**
 * Whether a policy lets SNS send messages of a topic to its queue. Source of its form: IAM user guide,
 * "Grammar of the IAM JSON policy language".
 */
export function maySend(policy: JsonValue | undefined, topicArn: string): boolean {
  const statements = isJsonObject(policy) ? [policy["Statement"] ?? []].flat() : [];
  return statements.filter(isJsonObject).some(({ Effect, Principal, Action, Condition = {} }) => {
    const patterns = [...JSON.stringify(Condition).matchAll(/"(arn:[^"]+)"/g)].map(([, arn = ""]) => arn);
    return (
      Effect === "Allow" &&
      /"sns\.amazonaws\.com"|"\*"/.test(JSON.stringify(Principal)) &&
      /"(?:\*|sqs:\*|sqs:SendMessage)"/i.test(JSON.stringify(Action)) &&
      (patterns.length === 0 || patterns.some((pattern) => fits(topicArn, pattern)))
    );
  });
}

function fits(arn: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(arn);
}
