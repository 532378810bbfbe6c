import * as v from "valibot";

/** A URL to put paths behind: AWS ends one with a slash. */
const url = v.pipe(
  v.string(),
  v.transform((text) => text.replace(/\/$/, "")),
);

const outputs = v.object({
  stage: v.string(),
  region: v.string(),
  /** Deployed names of tables, by their names within a stage. */
  tables: v.record(v.string(), v.string()),
  archive: v.optional(
    v.object({
      bucket: v.string(),
      stream: v.string(),
      /** How Athena finds the archive; the local stage has no Athena. */
      athena: v.optional(v.object({ database: v.string(), table: v.string(), workgroup: v.string() })),
    }),
  ),
  /** By the webhook's name. One without a queue is invoked by SNS directly. */
  webhooks: v.record(
    v.string(),
    v.object({ function: v.string(), queueUrl: v.optional(v.string()), deadLetterQueueUrl: v.string() }),
  ),
  queryApi: v.optional(v.object({ function: v.string(), url })),
});

/** What others need to know of a stage: every name that its tables, queues and functions have been given. */
export type StageOutputs = v.InferOutput<typeof outputs>;

/** Schema of {@link StageOutputs}. */
export const stageOutputs: v.GenericSchema<unknown, StageOutputs> = outputs;

/** True for what a deployed stage may be called: it is part of every name. */
export function isStageName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,11}$/.test(name);
}

const PREFIX = "/rainhooks/";
const SUFFIX = "/outputs";

/** Name of the parameter in SSM that holds a deployed stage's outputs, as JSON. */
export function outputsParameter(stage: string): string {
  return `${PREFIX}${stage}${SUFFIX}`;
}

/** The stage whose outputs a parameter holds; `undefined` for any other parameter. */
export function stageOfParameter(name: string): string | undefined {
  const stage = name.slice(PREFIX.length, -SUFFIX.length);
  return name === outputsParameter(stage) && !stage.includes("/") ? stage : undefined;
}
