import { isDeepStrictEqual } from "node:util";
import { GetSubscriptionAttributesCommand, GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/count-text";
import { topicName } from "@rainhooks/core/deliveries/read";
import { tryParseJson } from "@rainhooks/core/json";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import { CONSUMER_DEFAULTS, evaluate, ruleKeysOf } from "@rainhooks/filter/evaluate";
import { ruleAt } from "@rainhooks/filter/history";
import { type RuleKey, ruleKeyText } from "@rainhooks/filter/rule";
import { tableOf } from "@rainhooks/stage/stage-access";
import { type Check, type Finding, notChecked, note, ok, wrong } from "../check.ts";
import type { Visit, VisitedWebhook } from "../visit.ts";
import { isClosed, maySend } from "./policy.ts";

/** Each topic is there, and each webhook gets its messages. */
export const subscriptions: Check = {
  name: "subscriptions",
  page: "first-deployment.md#subscriptions",
  needs: {
    topics: ["sns:GetSubscriptionAttributes", "sns:ListSubscriptionsByTopic"],
    queues: ["sqs:GetQueueAttributes"],
  },
  run: async (visit) =>
    (await Promise.all(visit.webhooks.map((one) => ofWebhook(visit, one)))).flat(),
};

const DEPLOY = "Deploy the stage again: Terraform makes it as it was.";
const LEAVE_OUT =
  "Update RainMaker, or leave the event out of the stage (topics.leaveOut), and deploy it again.";
const CONFIRM = "Let the owner of the topic confirm it, or deploy the stage again.";

async function ofWebhook(visit: Visit, webhook: VisitedWebhook): Promise<Finding[]> {
  const { name, topics, queueUrl, replay, isArchive } = webhook;
  if (topics.length === 0) return [notChecked(`which topics ${name} has is not known`)];
  const { QueueArn: arn = "" } = await visit.queueOf(queueUrl);
  // Of others, the outputs do not say which events they leave out, and their filter.
  const isKnown = replay !== undefined || isArchive;
  const problems: Finding[] = [];
  for (const topic of topics) {
    const all = await visit.subscriptionsOf(topic);
    const found = all?.find(({ endpoint }) => endpoint === arn);
    const of = topicName(topic);
    if (all === undefined)
      problems.push(wrong(`the topic ${of} of ${name} does not exist`, LEAVE_OUT));
    else if (found === undefined)
      problems.push(wrong(`${name} is not subscribed to ${of}`, DEPLOY));
    if (found?.isConfirmed === false)
      problems.push(wrong(`the subscription of ${name} to ${of} is not confirmed`, CONFIRM));
    if (
      found?.isConfirmed === true &&
      isKnown &&
      !(await hasFilter(visit, found.arn, replay?.filterPolicy))
    )
      problems.push(
        wrong(`the subscription of ${name} to ${of} has not the filter of the stage`, DEPLOY),
      );
  }
  if (problems.length > 0 && (isKnown || problems.length === topics.length)) return problems;
  return [ok(`${name} is subscribed to ${countText(topics.length - problems.length, "topic")}`)];
}

/** Whether a subscription has this filter, or none. */
async function hasFilter({ stage }: Visit, SubscriptionArn: string, policy: object | undefined) {
  const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
  const { Attributes = {} } = await stage.clients.sns.send(command);
  return isDeepStrictEqual(tryParseJson(Attributes["FilterPolicy"] ?? "{}"), policy ?? {});
}

/** No topic takes events from nobody. Who publishes them is RainMaker's own affair. */
export const topicPolicies: Check = {
  name: "topic-policies",
  page: "first-deployment.md#policies",
  needs: { topics: ["sns:GetTopicAttributes"] },
  run: async ({ topics, stage: { clients } }) => {
    const arns = Object.values(topics);
    const closed = arns.map(async (TopicArn) => {
      const { Attributes = {} } = await clients.sns.send(
        new GetTopicAttributesCommand({ TopicArn }),
      );
      return isClosed(Attributes["Policy"] ?? "", TopicArn) ? [topicName(TopicArn)] : [];
    });
    const names = (await Promise.all(closed)).flat().join(", ");
    if (names === "") return [ok(`${countText(arns.length, "topic")} may get events`)];
    return [
      wrong(`a statement in a policy lets nobody publish to ${names}`, "Ask who has changed it."),
    ];
  },
};

/** The policy of each queue lets the topics send to it that its webhook is subscribed to. */
export const queuePolicies: Check = {
  name: "queue-policies",
  page: "first-deployment.md#policies",
  needs: { queues: ["sqs:GetQueueAttributes"] },
  notLocal: "queues of the local stage take messages from every topic",
  run: async ({ webhooks, queueOf }) => {
    const problems = await Promise.all(
      webhooks.map(async ({ name, queueUrl, topics }) => {
        const { Policy = "", QueueArn = "" } = await queueOf(queueUrl);
        const denied = topics.filter((arn) => !maySend(Policy, QueueArn, arn));
        const names = denied.map(topicName).join(", ");
        return names === ""
          ? []
          : [wrong(`the policy of the queue of ${name} refuses ${names}`, DEPLOY_ALONE)];
      }),
    );
    const all = problems.flat();
    const count = countText(webhooks.length, "webhook");
    return all.length > 0 ? all : [ok(`${count} may get messages of their topics`)];
  },
};

const DEPLOY_ALONE =
  "Deploy the stage again, and leave it out of what else changes policies in this account.";

/**
 * Which events rules for the whole system refuse to the stage: whether that is meant, RainMaker
 * knows.
 */
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
      return pass ? [] : [note(text, CHANGE)];
    });
    return refused.length === 0 ? [ok("no rule for the whole system refuses an event")] : refused;
  },
};

const CHANGE =
  "If that is not meant, change the rule in RainMaker, or let all events in with rainhooks rainmaker register; then: rainhooks rainmaker filters sync.";
