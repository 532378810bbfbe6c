import * as v from "valibot";

/** A base URL without a slash at the end, which AWS adds. */
const url = v.pipe(
  v.string(),
  v.transform((text) => text.replace(/\/$/, "")),
);

const setting = v.object({
  kind: v.string(),
  description: v.optional(v.string()),
  value: v.string(),
  isDefault: v.boolean(),
});

/** A function that reads its own queue. A webhook without a queue is invoked by SNS directly, or has no function. */
const queued = v.object({
  /** `firehose` if SNS writes its messages to its stream itself: it has neither queue nor function. */
  delivery: v.optional(v.literal("firehose")),
  /** Absent if the function is not the stage's: its owner's own, in any language. */
  function: v.optional(v.string()),
  /** Its timeout; absent if it is not the stage's, and in outputs of an earlier version. */
  timeoutS: v.optional(v.number()),
  queueUrl: v.optional(v.string()),
  deadLetterQueueUrl: v.string(),
  /** Present if it is a webhook that accepts replays. */
  replay: v.optional(
    v.object({
      queueUrl: v.string(),
      /** ARNs of the topics to which it subscribes, by event type. */
      topics: v.record(v.string(), v.string()),
      /** The filter policy of its subscriptions: values of attributes. */
      filterPolicy: v.optional(v.record(v.string(), v.array(v.string()))),
      /** True if each replay must be for one part of the webhook, such as one destination. */
      needsAddress: v.optional(v.boolean()),
    }),
  ),
  /** What people may see of its settings, by name. */
  settings: v.optional(v.record(v.string(), setting)),
});

const outputs = v.object({
  stage: v.string(),
  region: v.string(),
  /** Name of its integration in RainMaker's filters. Outputs of an earlier version do not have it. */
  integration: v.optional(v.string()),
  /** Deployed names of tables, by their names within a stage. */
  tables: v.record(v.string(), v.string()),
  /** Places of secret parameters, by their names within a stage: `file:` and a path, or what the names of SSM parameters begin with. */
  parameters: v.optional(v.record(v.string(), v.string()), {}),
  archive: v.optional(
    v.object({
      bucket: v.string(),
      stream: v.string(),
      /** How long a delivery is in the stream's buffer at most. Outputs of an earlier version have neither this nor the queue. */
      bufferS: v.optional(v.number()),
      /** Days after which its objects are deleted; absent if they never are. */
      deleteAfterDays: v.optional(v.number()),
      /** Queue of the webhook that archives; absent if it has none. */
      queueUrl: v.optional(v.string()),
      /** ARNs of the topics that are archived, by event type. Outputs of an earlier version do not have them. */
      topics: v.optional(v.record(v.string(), v.string())),
      /** Athena's names of the archive; the local stage has no Athena. */
      athena: v.optional(v.object({ database: v.string(), table: v.string(), workgroup: v.string() })),
    }),
  ),
  /** By the webhook's name. */
  webhooks: v.record(v.string(), queued),
  /** By the worker's name. Outputs of an earlier version have none. */
  workers: v.optional(v.record(v.string(), queued), {}),
  /** By the scheduled function's name. */
  scheduled: v.optional(
    v.record(v.string(), v.object({ function: v.string(), everyMinutes: v.number() })),
    {},
  ),
  /** Present if `rainhooks listen` may be used: where the queues of listeners are, and RainMaker's topics by event type. */
  listen: v.optional(v.object({ queuePrefix: v.string(), topics: v.record(v.string(), v.string()) })),
  queryApi: v.optional(v.object({ function: v.string(), url })),
  /** Present if a function can do parts of verifications and rebuilds: how many invocations there may be at once, and on the local stage where they go. */
  storeWork: v.optional(
    v.object({ function: v.string(), maxConcurrency: v.number(), endpoint: v.optional(v.string()) }),
  ),
});

/** The names that other programs need of a stage: those of its tables, queues and functions. */
export type StageOutputs = v.InferOutput<typeof outputs>;

/** Schema of {@link StageOutputs}. */
export const stageOutputs: v.GenericSchema<unknown, StageOutputs> = outputs;

/** True for a valid stage name: it is part of every deployed name. */
export function isStageName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,11}$/.test(name);
}

const PREFIX = "/rainhooks/";
const SUFFIX = "/outputs";

/** Returns the name of the SSM parameter with a deployed stage's outputs (JSON). */
export function outputsParameter(stage: string): string {
  return `${PREFIX}${stage}${SUFFIX}`;
}

/** Returns the stage of an SSM parameter; `undefined` for any other parameter. */
export function stageOfParameter(name: string): string | undefined {
  const stage = name.slice(PREFIX.length, -SUFFIX.length);
  return name === outputsParameter(stage) && !stage.includes("/") ? stage : undefined;
}
