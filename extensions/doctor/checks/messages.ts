import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { isJsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import { CONSUMER_DEFAULTS, evaluate, ruleKeysOf } from "@rainhooks/filter/evaluate";
import { ruleAt } from "@rainhooks/filter/history";
import { type RuleKey, ruleKeyText } from "@rainhooks/filter/rule";
import { tableOf } from "@rainhooks/stage/stage-access";
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
        return names === ""
          ? []
          : [wrong(`the policy of the queue of ${name} refuses ${names}`, DEPLOY_ALONE)];
      }),
    );
    const all = problems.flat();
    return all.length > 0 ? all : [ok(`${webhooks.length} webhooks may get messages of their topics`)];
  },
};

const DEPLOY_ALONE =
  "Deploy the stage again, and leave it out of what else changes policies in this account.";

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

/** No rule for the whole system refuses events to the stage. */
export const filterRules: Check = {
  name: "filter-rules",
  page: "filters.md",
  needs: { "filter-rules": ["dynamodb:BatchGetItem"] },
  run: async ({ stage }) => {
    const { integration } = stage.outputs;
    const tableName = tableOf(stage, "filter-rules");
    const store = dynamoDbRuleStore({ client: stage.clients.dynamodb, tableName });
    const nowMs = Date.now();
    const subjects = EVENT_TYPES.map((type) => ({ type, userId: undefined, nodeIds: [] }));
    const rules = await store.fetch(subjects.flatMap(ruleKeysOf), nowMs);
    const inForce = (key: RuleKey) => ruleAt(rules.get(ruleKeyText(key)), nowMs);
    const refused = subjects.flatMap((subject) => {
      const { pass, level, reason } = evaluate(subject, inForce, integration, CONSUMER_DEFAULTS);
      const text = `a rule (${level}: ${reason}) refuses ${shortType(subject.type)} to the stage`;
      return pass ? [] : [wrong(text, CHANGE)];
    });
    return refused.length === 0 ? [ok("no rule for the whole system refuses an event")] : refused;
  },
};

const CHANGE = "If that is not meant, change the rule in RainMaker, or with rainhooks filters.";
