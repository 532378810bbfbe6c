import { resources, type StackJson } from "@rainhooks/stack/stack-json";
import { ACCOUNT, type CallContext, policiesAllow } from "./is-allowed.ts";
import { REFERENCE } from "./references.ts";

/** Makes the ARN of a resource from its name, by resource type. */
const ARNS: Readonly<Record<string, (name: string) => string>> = {
  aws_cloudwatch_log_group: (name) => `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${name}`,
  aws_cloudwatch_log_stream: (name) =>
    `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:group:log-stream:${name}`,
  aws_dynamodb_table: (name) => `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/${name}`,
  aws_glue_catalog_database: (name) => `arn:aws:glue:us-east-1:${ACCOUNT}:database/${name}`,
  aws_glue_catalog_table: (name) => `arn:aws:glue:us-east-1:${ACCOUNT}:table/archive/${name}`,
  aws_kinesis_firehose_delivery_stream: (name) =>
    `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/${name}`,
  aws_s3_bucket: (name) => `arn:aws:s3:::${name}`,
  aws_sns_topic: (name) => `arn:aws:sns:us-east-1:${ACCOUNT}:${name}`,
  aws_sqs_queue: (name) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`,
  aws_ssm_parameter: (name) => `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/${name}`,
};

/** Replaces Terraform references to ARNs in a text by ARNs in a test account. */
export function resolveArns(stack: StackJson, text: string): string {
  return text.replace(
    REFERENCE,
    (reference, data: string | undefined, type: string, id: string, attribute: string) => {
      if (type === "aws_partition") return "aws";
      if (type === "aws_caller_identity") return ACCOUNT;
      const found = (data === undefined ? stack.resource : stack.data)?.[type]?.[id];
      const name = found?.["name"] ?? found?.["bucket"] ?? found?.["bucket_prefix"];
      const toArn = ARNS[type];
      if (attribute !== "arn" || typeof name !== "string" || toArn === undefined) {
        throw new Error(`The reference ${reference} cannot be resolved.`);
      }
      return toArn(name);
    },
  );
}

/** The resource type of a service, where an action names the service alone. */
const TYPES: Readonly<Record<string, string>> = {
  dynamodb: "aws_dynamodb_table",
  firehose: "aws_kinesis_firehose_delivery_stream",
  sqs: "aws_sqs_queue",
  s3: "aws_s3_bucket",
  sns: "aws_sns_topic",
  ssm: "aws_ssm_parameter",
};

/** A policy, as far as tests read it. */
export interface RolePolicy {
  readonly Statement: readonly {
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
  }[];
}

/** Returns the policy of a function's role, with the ARNs of a test account. */
export function rolePolicy(stack: StackJson, name: string): RolePolicy {
  const [, attributes] =
    resources(stack, "aws_iam_role_policy").find(([id]) => id.startsWith(`${name}_role-policy`)) ??
    [];
  return JSON.parse(resolveArns(stack, String(attributes?.["policy"])));
}

/**
 * Evaluates as IAM would whether a function of the stage for experiments may make a call, on a
 * resource by its name.
 */
export function roleAllows(
  stack: StackJson,
  name: string,
  action: string,
  resourceName: string,
  context: CallContext = {},
): Promise<boolean> {
  const [service = ""] = action.split(":");
  return policiesAllow(
    [rolePolicy(stack, name)],
    action,
    ARNS[TYPES[service] ?? ""]?.(resourceName) ?? "",
    context,
  );
}
