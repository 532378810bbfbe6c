import { setTimeout as pause } from "node:timers/promises";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { NotFoundException, paginateListSubscriptionsByTopic } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { shortType } from "@rainhooks/core/catalog";
import { collect } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { clientOptions } from "@rainhooks/stage/account";
import { type Functions, findWebhook } from "@rainhooks/stage/functions";
import { type FunctionOutputs, functionsOf } from "@rainhooks/stage/outputs";
import type { ValuesOf } from "@rainhooks/stage/query/params/param";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import type { REQUEST } from "./request.ts";

/** A webhook as a stage has deployed it. */
export type VisitedWebhook = Extract<FunctionOutputs, { readonly trigger: "topics" }> & {
  readonly name: string;
  /** ARNs of the topics to which it must be subscribed. */
  readonly topics: readonly string[];
  /** Whether it archives. */
  readonly isArchive: boolean;
};

/** A subscription of a topic. */
interface TopicSubscription {
  readonly arn: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** One look at a stage: what all checks share. */
export interface Visit {
  readonly stage: StageAccess;
  /** Times are in milliseconds. */
  readonly request: ValuesOf<typeof REQUEST>;
  readonly signal?: AbortSignal | undefined;
  readonly webhooks: readonly VisitedWebhook[];
  /** ARNs of the topics, by event type as {@link shortType} has it, or by name. */
  readonly topics: Readonly<Record<string, string>>;
  /** What the names of everything in the stage begin with, such as `rainhooks-dev-`. */
  readonly prefix: string;
  /** Returns the subscriptions of a topic; `undefined` if it does not exist. */
  readonly subscriptionsOf: (topicArn: string) => Promise<readonly TopicSubscription[] | undefined>;
  readonly queueOf: (url: string) => Promise<Readonly<Record<string, string>>>;
  readonly lambda: () => Promise<LambdaClient>;
  readonly cloudwatch: () => Promise<CloudWatchClient>;
}

/** Begins a visit. Nothing is read before a check asks for it. */
export function visitOf(
  stage: StageAccess,
  { functions, ...asked }: Pick<Visit, "request" | "signal"> & { readonly functions: Functions },
): Visit {
  const { outputs, clients, profile } = stage;
  const { archive, region } = outputs;
  const options = clientOptions({ region, profile });
  const deployed = functionsOf(outputs, "topics");
  const replayed = deployed.map(([, { replay }]) => replay?.topics);
  const topics: Record<string, string> = Object.assign({}, ...replayed, archive?.topics);
  const webhooks = deployed.map(([name, one]): VisitedWebhook => {
    const isArchive = archive?.topics !== undefined && one.queueUrl === archive.queueUrl;
    const events = findWebhook(functions, name)?.events ?? [];
    // Of a webhook without replays, the outputs do not say which events it leaves out.
    const all = Object.fromEntries(events.map((type) => [type, topics[shortType(type)]]));
    const own = one.replay?.topics ?? (isArchive ? archive?.topics : all) ?? {};
    return { ...one, name, isArchive, topics: Object.values(own).filter((arn) => arn !== undefined) };
  });
  const [[name, table] = ["", ""]] = Object.entries(outputs.tables);
  return {
    stage,
    webhooks,
    topics,
    ...asked,
    prefix: table.slice(0, table.length - name.length),
    subscriptionsOf: async (TopicArn) => {
      try {
        const pages = await collect(paginateListSubscriptionsByTopic({ client: clients.sns }, { TopicArn }));
        return pages
          .flatMap(({ Subscriptions = [] }) => Subscriptions)
          .map(({ Endpoint: endpoint = "", SubscriptionArn: arn = "" }) => {
            return { arn, endpoint, isConfirmed: arn.startsWith("arn:") };
          });
      } catch (error) {
        if (error instanceof NotFoundException) return undefined;
        throw error;
      }
    },
    queueOf: async (QueueUrl) => {
      const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
      return (await clients.sqs.send(all)).Attributes ?? {};
    },
    lambda: async () => new (await import("@aws-sdk/client-lambda")).LambdaClient(options),
    cloudwatch: async () => new (await import("@aws-sdk/client-cloudwatch")).CloudWatchClient(options),
  };
}

/** Looks each second until something is found; returns `undefined` if it is not within the time. */
export async function until<Found>(
  { signal }: { readonly signal?: AbortSignal | undefined },
  maxMs: number,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (const endMs = performance.now() + maxMs; ; await pause(SECOND_MS, undefined, { signal })) {
    const found = await look();
    if (found !== undefined || performance.now() > endMs) return found;
  }
}
