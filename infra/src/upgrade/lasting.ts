import type { StackJson } from "@rainhooks/stack/stack-json";
import type { StageConfig } from "../config.ts";
import { synthesize } from "../synthesize.ts";

/** Types of resources that hold data, or whose names other programs use. */
const LASTING_TYPES = [
  "aws_dynamodb_table",
  "aws_glue_catalog_database",
  "aws_glue_catalog_table",
  "aws_kinesis_firehose_delivery_stream",
  "aws_lambda_function",
  "aws_lambda_function_url",
  "aws_s3_bucket",
  "aws_sns_topic",
  "aws_sns_topic_subscription",
  "aws_sqs_queue",
  "aws_ssm_parameter",
];

/**
 * Attributes whose change replaces a resource. Source: the documentation of Terraform's AWS
 * provider ("Forces new resource").
 */
const LASTING_ATTRIBUTES = [
  "bucket",
  "bucket_prefix",
  "database_name",
  "endpoint",
  "function_name",
  "hash_key",
  "local_secondary_index",
  "name",
  "name_prefix",
  "protocol",
  "range_key",
  "topic_arn",
];

/** What no version changes in a stage: attributes of resources, by their addresses in Terraform. */
export type Lasting = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const ARCHIVE = { firstDay: "2026-11-25" };

/**
 * The stages whose resources are kept with each release: their files say no more than they must.
 */
const STAGES: readonly StageConfig[] = [
  { name: "dev", region: "us-east-1", production: false, state: "local", archive: ARCHIVE },
  {
    name: "prod",
    region: "us-east-1",
    accountId: "123456789012",
    production: true,
    state: { bucket: "acme-rainhooks-state", region: "us-east-1" },
    alarms: { emails: ["ops@example.com"] },
    archive: ARCHIVE,
  },
];

/**
 * Returns the resources of a stack that no version may change: those that hold data or whose name
 * others use.
 */
export function lastingOf({ resource }: StackJson): Lasting {
  return Object.fromEntries(
    LASTING_TYPES.flatMap((type) =>
      Object.entries(resource[type] ?? {}).map(([id, attributes]) => [
        `${type}.${id}`,
        Object.fromEntries(
          LASTING_ATTRIBUTES.flatMap((name) =>
            name in attributes ? [[name, attributes[name]]] : [],
          ),
        ),
      ]),
    ),
  );
}

/**
 * Returns the lasting resources of the stages that are stored with each release, by the names of
 * the stages.
 */
export function lastingStages(): Readonly<Record<string, Lasting>> {
  return Object.fromEntries(
    STAGES.map((stage) => [stage.name, lastingOf(synthesize(stage).stack)]),
  );
}

/** Returns a line for each lasting resource that is gone or would be replaced. */
export function lostResources(before: Lasting, after: Lasting): string[] {
  return Object.entries(before).flatMap(([address, attributes]) => {
    const now = after[address];
    if (now === undefined) return [`${address} is gone`];
    return [...new Set([...Object.keys(attributes), ...Object.keys(now)])]
      .map((name) => [name, JSON.stringify(attributes[name]), JSON.stringify(now[name])] as const)
      .filter(([, was, is]) => was !== is)
      .map(
        ([name, was = "absent", is = "absent"]) => `${address}: ${name} was ${was}, and is ${is}`,
      );
  });
}
