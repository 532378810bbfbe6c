import { setTimeout as pause } from "node:timers/promises";
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

/** What a look at a stage is asked for. */
export interface VisitRequest {
  /** Times are in milliseconds. */
  readonly request: ValuesOf<typeof REQUEST>;
  readonly signal?: AbortSignal | undefined;
  readonly functions: Functions;
}

/** One look at a stage: what all checks share. */
export type Visit = ReturnType<typeof visitOf>;

/** Begins a visit. Nothing is read before a check asks for it. */
export function visitOf(stage: StageAccess, { functions, ...asked }: VisitRequest) {
  const { outputs, clients, profile } = stage;
  const { archive, region } = outputs;
  const options = clientOptions({ region, profile });
  const deployed = functionsOf(outputs, "topics");
  const replayed = deployed.map(([, { replay }]) => replay?.topics);
  /** ARNs, by event type as {@link shortType} has it, or by name. */
  const topics: Record<string, string> = Object.assign({}, ...replayed, archive?.topics);
  const webhooks = deployed.map(([name, one]): VisitedWebhook => {
    const isArchive = archive?.topics !== undefined && one.queueUrl === archive.queueUrl;
    const events = findWebhook(functions, name)?.events ?? [];
    // Of a webhook without replays, the outputs do not say which events it leaves out.
    const all = Object.fromEntries(events.map((type) => [type, topics[shortType(type)]]));
    const own = one.replay?.topics ?? (isArchive ? archive?.topics : all) ?? {};
    return {
      ...one,
      name,
      isArchive,
      topics: Object.values(own).filter((arn) => arn !== undefined),
    };
  });
  const [[name, table] = ["", ""]] = Object.entries(outputs.tables);
  return {
    stage,
    webhooks,
    topics,
    ...asked,
    /** What the names of everything in the stage begin with, such as `rainhooks-dev-`. */
    prefix: table.slice(0, table.length - name.length),
    /** Returns the subscriptions of a topic; `undefined` if it does not exist. */
    subscriptionsOf: async (TopicArn: string) => {
      try {
        const pages = await collect(
          paginateListSubscriptionsByTopic({ client: clients.sns }, { TopicArn }),
        );
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
    queueOf: async (QueueUrl: string): Promise<Readonly<Record<string, string>>> => {
      const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
      return (await clients.sqs.send(all)).Attributes ?? {};
    },
    lambda: async () => new (await import("@aws-sdk/client-lambda")).LambdaClient(options),
    cloudwatch: async () =>
      new (await import("@aws-sdk/client-cloudwatch")).CloudWatchClient(options),
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
