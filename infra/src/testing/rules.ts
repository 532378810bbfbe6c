import { type ResourceJson, resources, type StackJson } from "@rainhooks/stack/stack-json";

/** A rule for every stack. Returns the resources that break it. */
export type StackRule = (stack: StackJson) => string[];

/** Makes a rule that checks every resource of a type. */
function every(
  type: string,
  holds: (attributes: ResourceJson, name: string, stack: StackJson) => boolean,
): StackRule {
  return (stack) =>
    resources(stack, type)
      .filter(([name, attributes]) => !holds(attributes, name, stack))
      .map(([name]) => `${type}.${name}`);
}

/** Returns true if a resource of `type` that refers to `target` passes the check. */
function isNamedBy(
  stack: StackJson,
  type: string,
  target: string,
  holds: (attributes: ResourceJson) => boolean,
): boolean {
  return resources(stack, type).some(
    ([, attributes]) => JSON.stringify(attributes).includes(`\${${target}.`) && holds(attributes),
  );
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}

function statements(text: unknown): Record<string, unknown>[] {
  return typeof text === "string"
    ? (JSON.parse(text) as { Statement: Record<string, unknown>[] }).Statement
    : [];
}

const requiresTls = (attributes: ResourceJson) =>
  statements(attributes["policy"]).some(
    ({ Effect, Condition }) =>
      Effect === "Deny" && at(Condition, "Bool", "aws:SecureTransport") === "false",
  );

/**
 * Returns true for a queue that is the dead-letter target of another queue, a subscription or a
 * function.
 */
function isDeadLetterQueue(stack: StackJson, name: string): boolean {
  const target = `aws_sqs_queue.${name}.arn`;
  return [
    "aws_sqs_queue",
    "aws_sns_topic_subscription",
    "aws_lambda_function_event_invoke_config",
  ].some((type) =>
    resources(stack, type).some(
      ([, attributes]) =>
        JSON.stringify(attributes).includes(`\${${target}}`) &&
        JSON.stringify(
          attributes["redrive_policy"] ?? attributes["destination_config"] ?? "",
        ).includes(target),
    ),
  );
}

const POLICY_TYPES = [
  "aws_iam_policy",
  "aws_iam_role_policy",
  "aws_sqs_queue_policy",
  "aws_s3_bucket_policy",
  "aws_sns_topic_policy",
];

/** Returns the wildcard resources in Allow statements. Deny statements may have wildcards. */
function allowedWildcards(stack: StackJson): string[] {
  return POLICY_TYPES.flatMap((type) =>
    resources(stack, type).flatMap(([, attributes]) =>
      statements(attributes["policy"])
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action, Resource }) =>
          [Resource]
            .flat()
            .filter((resource) => String(resource).includes("*"))
            .map((resource) => `${[Action].flat().join(" ")} on ${resource}`),
        ),
    ),
  );
}

/** Wildcards that AWS makes necessary. */
const KNOWN_WILDCARDS = [
  /^logs:CreateLogStream logs:PutLogEvents on \$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}:\*$/,
  /^s3:AbortMultipartUpload s3:GetObject s3:PutObject on \$\{aws_s3_bucket\.[\w-]+\.arn\}\/\*$/,
  /^s3:GetObject on \$\{aws_s3_bucket\.stream-archive[\w-]+\.arn\}\/\*$/,
  /^s3:DeleteObject s3:PutObject on \$\{aws_s3_bucket\.stream-archive[\w-]+\.arn\}\/work\/\*$/,
  /^ssm:GetParameter on arn:[^:*]+:ssm:[\w-]+:[^:*]+:parameter\/rainhooks-secrets\/[\w-]+\/destinations\/\*$/,
  // Lambda itself does this for a function in a network, for any resource; the function's code is
  // denied it.
  /^ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:UnassignPrivateIpAddresses on arn:[^:*]+:ec2:[\w-]+:[^:*]+:\*\/\*$/,
  /^ec2:DescribeNetworkInterfaces ec2:DescribeSubnets on \*$/,
  // With a condition on the namespace.
  /^cloudwatch:PutMetricData on \*$/,
  /^cloudwatch:GetMetricData on \*$/,
];

const encrypted: Readonly<Record<string, (attributes: ResourceJson) => boolean>> = {
  aws_sqs_queue: (queue) =>
    queue["sqs_managed_sse_enabled"] === true || queue["kms_master_key_id"] !== undefined,
  // DynamoDB encrypts every table. Enabled without a key would mean a key of KMS, which costs money
  // with each request.
  aws_dynamodb_table: (table) =>
    table["server_side_encryption"] === undefined ||
    at(table, "server_side_encryption", "kms_key_arn") !== undefined,
  aws_kinesis_firehose_delivery_stream: (stream) =>
    at(stream, "server_side_encryption", "enabled") === true,
};

/** Resources that a stage's own key encrypts, and where they name it. */
const KEY_OF: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_log_group: ["kms_key_id"],
  aws_dynamodb_table: ["server_side_encryption", "kms_key_arn"],
  aws_kinesis_firehose_delivery_stream: ["server_side_encryption", "key_arn"],
  aws_lambda_function: ["kms_key_arn"],
  aws_s3_bucket_server_side_encryption_configuration: [
    "rule",
    "0",
    "apply_server_side_encryption_by_default",
    "kms_master_key_id",
  ],
  aws_sns_topic: ["kms_master_key_id"],
  aws_sqs_queue: ["kms_master_key_id"],
};

/** Returns the resources without the stage's key, in a stack in which any resource has one. */
function withoutKey(stack: StackJson): string[] {
  const all = Object.entries(KEY_OF).flatMap(([type, path]) =>
    resources(stack, type).map(([name, attributes]) => ({
      id: `${type}.${name}`,
      key: at(attributes, ...path),
    })),
  );
  if (all.every(({ key }) => key === undefined)) return [];
  const [first] = all.flatMap(({ key }) => key ?? []);
  return all.filter(({ key }) => key !== first).map(({ id }) => id);
}

/** True if the statements for services that act for any account name the stage's own. */
function namesAccount(text: unknown, services: readonly string[]): boolean {
  return statements(text)
    .filter(({ Principal }) => services.includes(String(at(Principal, "Service"))))
    .every(({ Condition }) => at(Condition, "StringEquals", "aws:SourceAccount") !== undefined);
}

/** Returns what of a pattern is in the resources of a stack. */
function found({ resource, data }: StackJson, pattern: RegExp): string[] {
  return JSON.stringify({ ...resource, data }).match(pattern) ?? [];
}

/** The rules, by description. */
export const RULES: Readonly<Record<string, StackRule>> = {
  "every event source mapping reports partial failures": every(
    "aws_lambda_event_source_mapping",
    (mapping) =>
      JSON.stringify(mapping["function_response_types"] ?? []).includes("ReportBatchItemFailures"),
  ),
  "every queue has a dead-letter queue or is one": every(
    "aws_sqs_queue",
    (queue, name, stack) => queue["redrive_policy"] !== undefined || isDeadLetterQueue(stack, name),
  ),
  "every queue takes messages of 1 MiB": every(
    "aws_sqs_queue",
    (queue) => queue["max_message_size"] === 1_048_576,
  ),
  "every subscription has a dead-letter queue, unless its topic is in another region": every(
    "aws_sns_topic_subscription",
    (subscription) =>
      (subscription["redrive_policy"] !== undefined) === (subscription["region"] === undefined),
  ),
  "every queue that feeds a function hides records for six times the function's timeout": every(
    "aws_lambda_event_source_mapping",
    (mapping, _, stack) => {
      const named = (type: string) =>
        resources(stack, type).find(([name]) =>
          JSON.stringify(mapping).includes(`\${${type}.${name}.arn}`),
        )?.[1];
      const hiddenS = Number(named("aws_sqs_queue")?.["visibility_timeout_seconds"]);
      return hiddenS >= 6 * Number(named("aws_lambda_function")?.["timeout"]);
    },
  ),
  "every bucket blocks public access": every("aws_s3_bucket", (_, name, stack) =>
    isNamedBy(stack, "aws_s3_bucket_public_access_block", `aws_s3_bucket.${name}`, (block) =>
      [
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
      ].every((flag) => block[flag] === true),
    ),
  ),
  "every bucket requires TLS": every("aws_s3_bucket", (_, name, stack) =>
    isNamedBy(stack, "aws_s3_bucket_policy", `aws_s3_bucket.${name}`, requiresTls),
  ),
  "every bucket is encrypted": every("aws_s3_bucket", (_, name, stack) =>
    isNamedBy(
      stack,
      "aws_s3_bucket_server_side_encryption_configuration",
      `aws_s3_bucket.${name}`,
      () => true,
    ),
  ),
  "every bucket blocks keys of callers (SSE-C), as AWS does by default": every(
    "aws_s3_bucket_server_side_encryption_configuration",
    ({ rule }) => JSON.stringify(at(rule, "0", "blocked_encryption_types")) === '["SSE-C"]',
  ),
  "the provider is new enough for plans without differences": ({ terraform }) =>
    Number(String(at(terraform, "required_providers", "aws", "version")).split(".")[1]) >= 40
      ? []
      : ["required_providers.aws"],
  "every queue requires TLS": every("aws_sqs_queue", (_, name, stack) =>
    isNamedBy(stack, "aws_sqs_queue_policy", `aws_sqs_queue.${name}`, requiresTls),
  ),
  "every table, queue and stream is encrypted": (stack) =>
    Object.entries(encrypted).flatMap(([type, holds]) => every(type, holds)(stack)),
  "a key of the stage encrypts everything": withoutKey,
  "Firehose assumes a role only for the stage's account": every("aws_iam_role", (role) =>
    namesAccount(role["assume_role_policy"], ["firehose.amazonaws.com"]),
  ),
  "only alarms of the stage's account publish to its topic": every(
    "aws_sns_topic_policy",
    (topic) => namesAccount(topic["policy"], ["cloudwatch.amazonaws.com"]),
  ),
  "every bucket with a lifecycle ends unfinished uploads": every(
    "aws_s3_bucket_lifecycle_configuration",
    ({ rule }) => JSON.stringify(rule).includes("abort_incomplete_multipart_upload"),
  ),
  "every table can be restored to a point in time": every(
    "aws_dynamodb_table",
    (table) => at(table, "point_in_time_recovery", "enabled") === true,
  ),
  "every function URL requires AWS credentials": every(
    "aws_lambda_function_url",
    (url) =>
      url["authorization_type"] === "AWS_IAM" && !JSON.stringify(url["cors"] ?? "").includes('"*"'),
  ),
  "every log group has a retention": every(
    "aws_cloudwatch_log_group",
    (group) => Number(group["retention_in_days"]) > 0,
  ),
  "no resource contains an account id": (stack) =>
    found(stack, /(?<![\da-fA-F])\d{12}(?![\da-fA-F])/g),
  "no resource contains a literal ARN": (stack) => found(stack, /arn:aws[\w-]*:[^"\\]*/g),
  "no policy allows an unknown wildcard resource": (stack) =>
    allowedWildcards(stack).filter(
      (wildcard) => !KNOWN_WILDCARDS.some((known) => known.test(wildcard)),
    ),
  "no policy allows an action with a wildcard": (stack) =>
    POLICY_TYPES.flatMap((type) =>
      resources(stack, type).flatMap(([name, attributes]) =>
        statements(attributes["policy"])
          .filter(
            ({ Effect, Action }) =>
              Effect === "Allow" && [Action].flat().some((action) => String(action).includes("*")),
          )
          .map(() => `${type}.${name}`),
      ),
    ),
  "every resource that takes tags gets the provider's": (stack) =>
    stack.provider.aws.every((provider) =>
      JSON.stringify(provider["default_tags"] ?? "").includes("rainhooks"),
    )
      ? []
      : ["provider"],
};
