import { isJsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { type Check, ok, wrong } from "../check.ts";
import { topicsOfWebhook, type Visit } from "../visit.ts";

/** The policy of each queue lets the topics send to it that its webhook is subscribed to. */
export const queuePolicies: Check = {
  name: "queue-policies",
  page: "first-deployment.md#policies-of-queues",
  needs: { topics: ["sns:ListSubscriptionsByTopic"], queues: ["sqs:GetQueueAttributes"] },
  notLocal: "queues of the local stage take messages from every topic",
  run: async (visit) => {
    const found = await Promise.all(visit.webhooks.map(([name, one]) => refused(visit, name, one.queueUrl)));
    const all = found.flat();
    return all.length === 0
      ? [ok(`${visit.webhooks.length} webhooks may get messages of their topics`)]
      : all;
  },
};

async function refused(visit: Visit, name: string, url: string | undefined) {
  if (url === undefined) return [];
  const { QueueArn = "", Policy = "" } = await visit.queueOf(url);
  const webhook = visit.webhooks.find(([one]) => one === name)?.[1];
  const expected = webhook === undefined ? undefined : topicsOfWebhook(visit, webhook);
  const topics = expected ?? (await subscribedTopics(visit, QueueArn));
  const denied = topics.filter((arn) => !maySend(tryParseJson(Policy), arn));
  if (denied.length === 0) return [];
  const names = denied.map((arn) => arn.slice(arn.lastIndexOf(":") + 1));
  return [
    wrong(
      `the policy of the queue of ${name} does not let SNS send from ${names.join(", ")}`,
      "Deploy the stage again. If something else changes policies of queues in this account, leave the stage out of it.",
    ),
  ];
}

async function subscribedTopics({ topics, subscriptionsOf }: Visit, queueArn: string): Promise<string[]> {
  const found = await Promise.all(
    Object.values(topics).map(async (arn) => {
      const all = await subscriptionsOf(arn);
      return all?.some(({ endpoint }) => endpoint === queueArn) === true ? [arn] : [];
    }),
  );
  return found.flat();
}

/**
 * Whether a policy lets SNS send messages of a topic to its queue. Source of its form: IAM user guide,
 * "Grammar of the IAM JSON policy language".
 */
export function maySend(policy: JsonValue | undefined, topicArn: string): boolean {
  const statements = isJsonObject(policy) ? listOf(policy["Statement"]) : [];
  const fits = statements.filter(isJsonObject).filter((one) => isAboutTopic(one["Condition"], topicArn));
  const about = fits.filter(
    ({ Principal, Action }) =>
      (Principal === "*" || (isJsonObject(Principal) && namesSns(Principal))) &&
      textsOf(Action).some((action) => matches(action.toLowerCase(), "sqs:sendmessage")),
  );
  return about.some(({ Effect }) => Effect === "Allow") && !about.some(isPlainDenial);
}

function namesSns(principal: Readonly<Record<string, JsonValue>>): boolean {
  return (
    textsOf(principal["Service"]).includes("sns.amazonaws.com") || textsOf(principal["AWS"]).includes("*")
  );
}

/** A denial without TLS is not about SNS. */
function isPlainDenial({ Effect, Condition }: Readonly<Record<string, JsonValue>>): boolean {
  return Effect === "Deny" && !(isJsonObject(Condition) && "Bool" in Condition);
}

function isAboutTopic(condition: JsonValue | undefined, topicArn: string): boolean {
  if (!isJsonObject(condition)) return true;
  const sources = Object.values(condition)
    .filter(isJsonObject)
    .flatMap((one) => Object.entries(one))
    .filter(([key]) => key.toLowerCase() === "aws:sourcearn")
    .map(([, values]) => textsOf(values));
  return sources.every((values) => values.some((pattern) => matches(pattern, topicArn)));
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function textsOf(value: JsonValue | undefined): string[] {
  return listOf(value).filter((one) => typeof one === "string");
}
