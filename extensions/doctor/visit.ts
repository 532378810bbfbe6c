import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import {
  NotFoundException,
  paginateListSubscriptionsByTopic,
  type Subscription as SnsSubscription,
} from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { type EventType, shortType } from "@rainhooks/core/catalog";
import { collect } from "@rainhooks/core/collections";
import { clientOptions } from "@rainhooks/stage/account";
import type { Functions } from "@rainhooks/stage/functions";
import { type FunctionOutputs, functionsOf } from "@rainhooks/stage/outputs";
import type { ReachedStage } from "@rainhooks/stage/reached";

/** A webhook as a stage has deployed it. */
export type DeployedWebhook = Extract<FunctionOutputs, { readonly trigger: "topics" }>;

/** A subscription of a topic. */
export interface Subscription {
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** What a visit is asked for. */
export interface VisitRequest {
  /** The destination to which a test is sent. */
  readonly destination?: string | undefined;
  /** Whether an event is sent through the stage. */
  readonly sends: boolean;
  /** Whether an alarm is rung. */
  readonly rings: boolean;
  /** How long to wait for the event in the stores, ms. */
  readonly waitMs: number;
}

/** One look at a stage: what all checks share. */
export interface Visit {
  readonly stage: ReachedStage;
  readonly functions: Functions;
  readonly request: VisitRequest;
  readonly signal?: AbortSignal | undefined;
  readonly webhooks: readonly (readonly [name: string, webhook: DeployedWebhook])[];
  /** ARNs of the topics, by event type as {@link shortType} has it, or by name. */
  readonly topics: Readonly<Record<string, string>>;
  /** What the names of everything in the stage begin with, such as `rainhooks-dev-`. */
  readonly prefix: string;
  /** Returns the subscriptions of a topic; `undefined` if it does not exist. */
  readonly subscriptionsOf: (topicArn: string) => Promise<readonly Subscription[] | undefined>;
  readonly queueOf: (url: string) => Promise<Readonly<Record<string, string>>>;
  readonly lambda: () => Promise<LambdaClient>;
  readonly cloudwatch: () => Promise<CloudWatchClient>;
}

/** Begins a visit. Nothing is read before a check asks for it, and everything is read once. */
export function visitOf(
  stage: ReachedStage,
  { functions, request, signal }: Pick<Visit, "functions" | "request" | "signal">,
): Visit {
  const { outputs, clients, profile } = stage;
  const webhooks = functionsOf(outputs, "topics");
  const options = clientOptions({ region: outputs.region, profile });
  const topics = Object.assign(
    {},
    ...webhooks.map(([, { replay }]) => replay?.topics),
    outputs.archive?.topics,
    outputs.listen?.topics,
  );
  return {
    ...{ stage, functions, request, webhooks, topics, signal },
    prefix: prefixOf(outputs.tables),
    subscriptionsOf: once((topicArn) => readSubscriptions(stage, topicArn)),
    queueOf: once(async (QueueUrl) => {
      const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
      return (await clients.sqs.send(all)).Attributes ?? {};
    }),
    lambda: async () => new (await import("@aws-sdk/client-lambda")).LambdaClient(options),
    cloudwatch: async () => new (await import("@aws-sdk/client-cloudwatch")).CloudWatchClient(options),
  };
}

/** Returns the ARN of the topic of an event type; `undefined` if the outputs do not name it. */
export function topicOf({ topics }: Visit, type: EventType): string | undefined {
  return topics[shortType(type)];
}

/** Returns the topics to which a webhook must be subscribed; `undefined` if the outputs do not say it. */
export function topicsOfWebhook({ stage }: Visit, webhook: DeployedWebhook): readonly string[] | undefined {
  const { archive } = stage.outputs;
  const archives = webhook.queueUrl !== undefined && webhook.queueUrl === archive?.queueUrl;
  const topics = webhook.replay?.topics ?? (archives ? archive.topics : undefined);
  return topics === undefined ? undefined : Object.values(topics);
}

async function readSubscriptions(
  { clients }: ReachedStage,
  TopicArn: string,
): Promise<Subscription[] | undefined> {
  try {
    const pages = await collect(paginateListSubscriptionsByTopic({ client: clients.sns }, { TopicArn }));
    return pages.flatMap(({ Subscriptions = [] }) => Subscriptions).map(toSubscription);
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

/** Before it is confirmed, a subscription has no ARN. */
function toSubscription({ Endpoint: endpoint = "", SubscriptionArn = "" }: SnsSubscription): Subscription {
  return { endpoint, isConfirmed: SubscriptionArn.startsWith("arn:") };
}

function prefixOf(tables: Readonly<Record<string, string>>): string {
  const [[name, deployed] = ["", ""]] = Object.entries(tables);
  return deployed.slice(0, deployed.length - name.length);
}

function once<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (key) => {
    const found = known.get(key) ?? read(key);
    known.set(key, found);
    return found;
  };
}
