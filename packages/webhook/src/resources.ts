import type { EventType } from "@rainhooks/core/catalog";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { TableUse } from "@rainhooks/dynamodb/table-use";

/** A Firehose stream and the S3 objects that it writes. */
export interface StreamDescription {
  /** Name within a stage; the deployed stream is `rainhooks-<stage>-<name>`. */
  readonly name: string;
  /** Name of the bucket within a stage. */
  readonly bucket: string;
  /** Prefix of the objects, with Firehose's `!{timestamp:…}` expressions (UTC time of arrival). */
  readonly prefix: string;
  readonly errorPrefix: string;
  /** The buffer is written when it reaches this age or this size, whichever comes first. */
  readonly bufferS: number;
  readonly bufferMiB: number;
}

/**
 * The queue of a worker or a webhook, as a function uses that sends to it, or asks how many
 * messages wait.
 */
export interface QueueUse {
  readonly kind: "queue";
  /** Environment variable with the URL of the queue. */
  readonly env: string;
  /** Name of the queue within a stage, which is the name of its worker or webhook. */
  readonly queue: string;
  readonly actions: readonly ("sqs:SendMessage" | "sqs:GetQueueAttributes")[];
  /**
   * True if the function does without it in a stage that has no such queue: the variable is then
   * {@link NO_QUEUE}.
   */
  readonly optional?: true;
  /** True if a webhook sends to it what replays bring: a replay waits while it has much. */
  readonly replayed?: true;
}

/** In place of the URL of a queue that a stage does not have. */
export const NO_QUEUE = "none";

/** The topic of an event that a stage derives, as a function uses that publishes it. */
export interface TopicUse {
  readonly kind: "topic";
  /** Environment variable with the ARN of the topic. */
  readonly env: string;
  /** The event that is published. */
  readonly event: EventType;
  readonly actions: readonly "sns:Publish"[];
}

/**
 * Secret parameters that people add while the stage runs, one for each thing that has secrets, as a
 * function uses that reads them.
 */
export interface ParametersUse {
  readonly kind: "parameters";
  /**
   * Environment variable with their place: what their names begin with; on the local stage `file:`
   * and a path.
   */
  readonly env: string;
  /** Name within a stage. */
  readonly parameters: string;
  readonly actions: readonly "ssm:GetParameter"[];
}

/** What the stage's file names in AWS, as a function uses that sends to it. */
export interface TargetsUse {
  readonly kind: "targets";
  /** Environment variable with a JSON object: ARNs by name. */
  readonly env: string;
}

/**
 * What of the stage's events is in its archive, as a function uses that leaves events to the
 * archive.
 */
export interface ArchivedUse {
  readonly kind: "archived";
  /**
   * Environment variable with the event types of which every event is archived, without their
   * prefix and with commas between.
   */
  readonly env: string;
}

/**
 * The bucket of the stage's archive, as a function uses that reads it, and has files of its own in
 * it.
 */
export interface ArchiveUse {
  readonly kind: "archive";
  /** Environment variable with the name of the bucket. */
  readonly env: string;
  /** Folder in the bucket in which the function writes, lists and deletes objects of its own. */
  readonly folder: string;
}

/** All of the stage, as a function uses that looks at its queues, topics and metrics. */
export interface StageUse {
  readonly kind: "stage";
  /** Environment variable with the name of the SSM parameter that has the outputs of the stage. */
  readonly env: string;
}

/** The subscriptions that a stage has made: short, since its outputs have 8 KB. */
export interface Subscriptions {
  /**
   * Names of the queues, functions and streams that are subscribed: the last parts of their ARNs.
   */
  readonly endpoints: readonly string[];
  /** What is subscribed to each topic: indexes of `endpoints`. */
  readonly topics: readonly { readonly arn: string; readonly to: readonly number[] }[];
}

/** What is subscribed to topics: the last part of its ARN, and the topics. */
export interface SubscribedEndpoint {
  readonly endpoint: string;
  /**
   * An id tells them from each other: in Terraform, the ARN of a topic is another token each time.
   */
  readonly topics: readonly { readonly id: string; readonly arn: string }[];
}

/** Returns what a stage subscribes to which topics. */
export function toSubscriptions(webhooks: readonly SubscribedEndpoint[]): Subscriptions {
  const pairs = webhooks.flatMap(({ topics }, index) =>
    topics.map(({ id, arn }) => ({ id, arn, index })),
  );
  const byTopic = [...Map.groupBy(pairs, ({ id }) => id).values()];
  return {
    endpoints: webhooks.map(({ endpoint }) => endpoint),
    topics: byTopic.map((of) => ({ arn: of[0]?.arn ?? "", to: of.map(({ index }) => index) })),
  };
}

/**
 * An AWS resource of a function, the environment variable with its name (of a queue: its URL), and
 * the calls that the function may make.
 */
export type Resource =
  | TableUse
  | {
      readonly kind: "stream";
      readonly env: string;
      readonly stream: StreamDescription;
      readonly actions: readonly `firehose:${string}`[];
    }
  | QueueUse
  | TopicUse
  | ParametersUse
  | TargetsUse
  | ArchivedUse
  | ArchiveUse
  | StageUse;

/**
 * Returns the streams that a function writes to.
 */
export function streamsOf({ resources }: { readonly resources: Resources }): StreamDescription[] {
  return Object.values(resources).flatMap((resource) =>
    resource.kind === "stream" ? [resource.stream] : [],
  );
}

/** Whether one of the functions of a stage looks at all of it. */
export function hasRounds(functions: readonly { readonly resources: Resources }[]): boolean {
  return functions.some(({ resources }) =>
    Object.values(resources).some(({ kind }) => kind === "stage"),
  );
}

/** Returns the tables that a function uses. */
export function tablesOf({ resources }: { readonly resources: Resources }): TableDescription[] {
  return Object.values(resources).flatMap((resource) =>
    resource.kind === "table" ? [resource.table] : [],
  );
}

/**
 * Returns the names of the functions without whose queues a function does nothing.
 */
export function queuesOf({ resources }: { readonly resources: Resources }): string[] {
  return Object.values(resources).flatMap((resource) =>
    resource.kind === "queue" && resource.optional !== true ? [resource.queue] : [],
  );
}

/** Returns the names of the functions to whose queues a webhook sends what replays bring. */
export function replayedQueuesOf({ resources }: { readonly resources: Resources }): string[] {
  return Object.values(resources).flatMap((resource) =>
    resource.kind === "queue" && resource.replayed === true ? [resource.queue] : [],
  );
}

/** The resources of a function, by the names under which its code finds them. */
export type Resources = Readonly<Record<string, Resource>>;
