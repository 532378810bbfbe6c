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

const name = v.string();

/** What is read of every function, and what people may see of its settings, by name. */
const common = { settings: v.optional(v.record(v.string(), setting), {}) };

/** What the stage runs itself: its deployed name, and its timeout. */
const running = { ...common, function: name, timeoutS: v.number() };

/** ARNs of topics by event type; those of further topics by name. */
const topics = v.record(v.string(), v.string());

/** True if the function leaves in its queue what comes. */
const paused = v.optional(v.literal(true));

/** Where replays for a webhook send to. */
const replay = v.object({
  queueUrl: v.string(),
  topics,
  /** The filter policy of its subscriptions: values of attributes. */
  filterPolicy: v.optional(v.record(v.string(), v.array(v.string()))),
  /** True if each replay must be for one part of the webhook, such as one destination. */
  needsAddress: v.optional(v.boolean()),
  /** The function to which the webhook sends what replays have brought. */
  through: v.optional(v.string()),
});

const readonly = <const Item extends v.GenericSchema>(item: Item) =>
  v.pipe(v.array(item), v.readonly());

/** What the rounds look for in CloudWatch, once an hour. */
const hourlyAlarm = v.object({
  name,
  description: v.string(),
  /** Of each metric its namespace, its name, and pairs of dimensions. Their sum is compared. */
  metrics: v.array(v.tupleWithRest([name, name], name)),
  statistic: v.picklist(["Sum", "Maximum", "Minimum"]),
  max: v.number(),
  periodS: v.number(),
  /** Periods in a row. */
  periods: v.number(),
});

/** An alarm on metrics that the rounds evaluate. */
export type HourlyAlarm = v.InferOutput<typeof hourlyAlarm>;

const rounds = v.object({
  /** ARNs of the topics of the stage's alarms. */
  topics: v.array(name),
  /** ARNs of those that are told only of what cannot wait. */
  urgentTopics: v.array(name),
  /** Names of alarms that are told to nobody. */
  mute: v.array(name),
  hourly: v.array(hourlyAlarm),
  /** Which queues are subscribed to which topics: indexes of names. */
  subscriptions: v.object({
    endpoints: readonly(name),
    topics: readonly(v.object({ arn: name, to: readonly(v.number()) })),
  }),
});

const functions = v.variant("trigger", [
  v.object({
    trigger: v.literal("topics"),
    ...common,
    /** Absent if the function is not the stage's: its owner's own, in any language. */
    function: v.optional(name),
    timeoutS: v.optional(v.number()),
    queueUrl: v.string(),
    deadLetterQueueUrl: v.string(),
    paused,
    /** Hours without an event after which the rounds tell it; absent if they do not. */
    silentAfterHours: v.optional(v.number()),
    /** Present if it accepts replays. */
    replay: v.optional(replay),
  }),
  v.object({
    trigger: v.literal("queue"),
    ...running,
    queueUrl: v.string(),
    deadLetterQueueUrl: v.string(),
    paused,
  }),
  v.object({ trigger: v.literal("rate"), ...running, everyMinutes: v.number() }),
  v.object({
    trigger: v.literal("invocation"),
    ...running,
    /** Invocations that a program may make at once. */
    maxConcurrency: v.number(),
    /** Where programs invoke it; absent in AWS, where that is Lambda. */
    endpoint: v.optional(v.string()),
  }),
  v.object({ trigger: v.literal("url"), ...running, url }),
]);

/** What other programs need of a function of a stage. */
export type FunctionOutputs = v.InferOutput<typeof functions>;

/** Schema of {@link FunctionOutputs}. */
export const functionSchema: v.GenericSchema<unknown, FunctionOutputs> = functions;

/** Functions whose messages wait in a queue. */
export type QueuedOutputs = Extract<FunctionOutputs, { readonly deadLetterQueueUrl: string }>;

const outputs = v.object({
  /**
   * Version of Rainhooks that deployed the stage; absent on the local stage, which is part of the
   * command.
   */
  version: v.optional(v.string()),
  /** Present if functions leave out the events with which a stage is tried. */
  leavesOutTrials: v.optional(v.literal(true)),
  stage: v.string(),
  region: v.string(),
  /** Name of its integration in RainMaker's filters. */
  integration: v.string(),
  /** Name of the source of its events; absent for the topics of classic RainMaker. */
  source: v.optional(v.string()),
  /** Deployed names of tables, by their names within a stage. */
  tables: v.record(v.string(), v.string()),
  /**
   * Places of secret parameters, by their names within a stage: `file:` and a path, or what the
   * names of SSM parameters begin with.
   */
  parameters: v.record(v.string(), v.string()),
  archive: v.optional(
    v.object({
      bucket: v.string(),
      stream: v.string(),
      /** How long a delivery is in the stream's buffer at most. */
      bufferS: v.number(),
      /** Days after which its objects are deleted; absent if they never are. */
      deleteAfterDays: v.optional(v.number()),
      /** Queue of the webhook that archives; absent if it has none. */
      queueUrl: v.optional(v.string()),
      /** The topics that are archived; absent if no webhook archives any more. */
      topics: v.optional(topics),
      /** Athena's names of the archive; the local stage has no Athena. */
      athena: v.optional(
        v.object({ database: v.string(), table: v.string(), workgroup: v.string() }),
      ),
    }),
  ),
  /** Days for which copies are kept that nobody can delete at once; absent on the local stage. */
  retention: v.optional(
    v.object({
      logDays: v.number(),
      recoveryDays: v.number(),
      resultDays: v.number(),
      /** Days for which audits are kept, if not as long as usual. */
      auditDays: v.optional(v.number()),
    }),
  ),
  /** By their names within a stage. */
  functions: v.record(v.string(), functions),
  /** Present if the stage has rounds. */
  rounds: v.optional(rounds),
  /** Present if functions connect from a network: which ones, and from which subnets. */
  egress: v.optional(v.object({ functions: v.array(name), subnetIds: v.array(name) })),
});

/** The names that other programs need of a stage: those of its tables, queues and functions. */
export type StageOutputs = v.InferOutput<typeof outputs>;

/** Name of the source of a stage that has no other: the topics of RainMaker. */
export const DEFAULT_SOURCE = "classic";

/** The name of the function that serves queries about nodes and series. */
export const QUERY_API = "query-api";

/**
 * Returns the outputs of a function; `undefined` if the stage has no function of that name with one
 * of these triggers.
 */
export function functionOf<T extends FunctionOutputs["trigger"]>(
  outputs: Pick<StageOutputs, "functions">,
  name: string,
  ...triggers: readonly T[]
): OutputsOf<T> | undefined {
  return functionsOf(outputs, ...triggers).find(([own]) => own === name)?.[1];
}

type OutputsOf<T> = Extract<FunctionOutputs, { readonly trigger: T }>;

/** Returns the names of the functions with one of these triggers, and their outputs. */
export function functionsOf<T extends FunctionOutputs["trigger"]>(
  { functions: all }: Pick<StageOutputs, "functions">,
  ...triggers: readonly T[]
): [name: string, OutputsOf<T>][] {
  return Object.entries(all).filter((entry): entry is [string, OutputsOf<T>] =>
    (triggers as readonly string[]).includes(entry[1].trigger),
  );
}

/** Schema of {@link StageOutputs}. */
export const stageOutputs: v.GenericSchema<unknown, StageOutputs> = outputs;

/**
 * True for a valid stage name, which may have a prefix: every deployed name begins with it. No
 * stage's names begin with those of another: neither part has a dash, and `rainhooks` is the prefix
 * of names without one.
 */
export function isStageName(name: string): boolean {
  return /^(?!rainhooks-)(?:[a-z][a-z0-9]{0,14}-)?[a-z][a-z0-9]{0,11}$/.test(name);
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
