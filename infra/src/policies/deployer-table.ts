import { callsIn } from "@rainhooks/stack/policies/document";

/** Calls with which many services tag. */
const TAGS = "ListTagsForResource TagResource UntagResource";

/**
 * The calls that Terraform's AWS provider makes to create, read, change and delete each type of
 * resource of a stack, with the statement that allows them. Source: the provider's code, and the
 * service authorization reference, which the tests compare the names with.
 */
const CALLS = {
  aws_athena_named_query: "athena: CreateNamedQuery DeleteNamedQuery GetNamedQuery",
  aws_athena_workgroup: `athena: CreateWorkGroup DeleteWorkGroup GetWorkGroup UpdateWorkGroup ${TAGS}`,
  aws_budgets_budget: `budgets: ModifyBudget ViewBudget ${TAGS}`,
  aws_cloudwatch_composite_alarm: `cloudwatch: DeleteAlarms ${TAGS}`,
  aws_cloudwatch_dashboard: "cloudwatch: DeleteDashboards GetDashboard PutDashboard",
  aws_cloudwatch_event_rule: `events: DeleteRule DescribeRule DisableRule EnableRule PutRule ${TAGS}`,
  aws_cloudwatch_event_target: "events: ListTargetsByRule PutTargets RemoveTargets",
  aws_cloudwatch_log_group: `logs: AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy
    DisassociateKmsKey PutRetentionPolicy ${TAGS}`,
  aws_cloudwatch_log_stream: "logs: CreateLogStream DeleteLogStream DescribeLogStreams",
  aws_cloudwatch_metric_alarm: `cloudwatch: DeleteAlarms DescribeAlarms PutMetricAlarm ${TAGS}`,
  aws_dynamodb_table: `dynamodb: CreateTable DeleteTable DescribeContinuousBackups DescribeTable DescribeTimeToLive
    ListTagsOfResource TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive`,
  aws_glue_catalog_database: `glue: CreateDatabase DeleteDatabase GetDatabase GetTags TagResource UntagResource
    UpdateDatabase`,
  aws_glue_catalog_table: "glue: CreateTable DeleteTable GetPartitionIndexes GetTable UpdateTable",
  aws_iam_policy: `iam: CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion
    ListPolicyVersions TagPolicy UntagPolicy`,
  aws_iam_role: `iam: CreateRole DeleteRole DeleteRolePermissionsBoundary GetRole ListAttachedRolePolicies
    ListInstanceProfilesForRole ListRolePolicies PutRolePermissionsBoundary TagRole UntagRole
    UpdateAssumeRolePolicy UpdateRole`,
  aws_iam_role_policy: "iam: DeleteRolePolicy GetRolePolicy PutRolePolicy",
  aws_iot_topic_rule: `iot: CreateTopicRule DeleteTopicRule GetTopicRule ReplaceTopicRule ${TAGS}`,
  aws_kinesis_firehose_delivery_stream: `firehose: CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream
    ListTagsForDeliveryStream StartDeliveryStreamEncryption StopDeliveryStreamEncryption TagDeliveryStream
    UntagDeliveryStream UpdateDestination`,
  aws_lambda_event_source_mapping: `mapping: CreateEventSourceMapping DeleteEventSourceMapping
    GetEventSourceMapping UpdateEventSourceMapping`,
  aws_lambda_function: `lambda: CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction
    GetFunctionCodeSigningConfig GetFunctionConcurrency GetFunctionConfiguration ListTags ListVersionsByFunction
    PutFunctionConcurrency TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration`,
  aws_lambda_function_event_invoke_config: `lambda: DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig
    PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig`,
  aws_lambda_function_recursion_config:
    "lambda: GetFunctionRecursionConfig PutFunctionRecursionConfig",
  aws_lambda_function_url: `lambda: CreateFunctionUrlConfig DeleteFunctionUrlConfig GetFunctionUrlConfig
    UpdateFunctionUrlConfig`,
  aws_lambda_permission: "lambda: AddPermission GetPolicy RemovePermission",
  aws_pipes_pipe: `pipes: CreatePipe DeletePipe DescribePipe UpdatePipe ${TAGS}`,
  aws_s3_bucket: `s3: CreateBucket DeleteBucket GetAccelerateConfiguration GetBucketAcl GetBucketCORS
    GetBucketLocation GetBucketLogging GetBucketObjectLockConfiguration GetBucketRequestPayment GetBucketTagging
    GetBucketWebsite GetReplicationConfiguration ListBucket PutBucketTagging ${TAGS}`,
  // A bucket is deleted with its objects where the stage says `forceDestroy`, and the one with
  // Athena's results.
  force_destroy: "s3: ListBucketVersions",
  forced_objects: "objects: DeleteObject DeleteObjectVersion",
  aws_s3_bucket_lifecycle_configuration: "s3: GetLifecycleConfiguration PutLifecycleConfiguration",
  aws_s3_bucket_ownership_controls: "s3: GetBucketOwnershipControls PutBucketOwnershipControls",
  aws_s3_bucket_policy: "s3: DeleteBucketPolicy GetBucketPolicy PutBucketPolicy",
  aws_s3_bucket_public_access_block: "s3: GetBucketPublicAccessBlock PutBucketPublicAccessBlock",
  aws_s3_bucket_server_side_encryption_configuration:
    "s3: GetEncryptionConfiguration PutEncryptionConfiguration",
  aws_s3_bucket_versioning: "s3: GetBucketVersioning PutBucketVersioning",
  aws_sns_topic: `sns: CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes ${TAGS}`,
  aws_sns_topic_policy: "sns: GetTopicAttributes SetTopicAttributes",
  aws_sns_topic_subscription: `sns: GetSubscriptionAttributes SetSubscriptionAttributes Subscribe Unsubscribe`,
  aws_sqs_queue: `sqs: CreateQueue DeleteQueue GetQueueAttributes ListQueueTags SetQueueAttributes TagQueue
    UntagQueue`,
  aws_sqs_queue_policy: "sqs: GetQueueAttributes SetQueueAttributes",
  aws_sqs_queue_redrive_allow_policy: "sqs: GetQueueAttributes SetQueueAttributes",
  aws_ssm_parameter: `ssm: AddTagsToResource DeleteParameter GetParameter GetParameters ListTagsForResource
    PutParameter RemoveTagsFromResource`,
} as const;

type NameIn<Text> = Text extends `${infer Name}:${string}` ? Name : never;
/**
 * The name of a statement of the table: its service, but `mapping`, which is of Lambda, and
 * `objects`, of S3.
 */
export type StatementName = NameIn<(typeof CALLS)[keyof typeof CALLS]>;

const actionsIn = (text: string) =>
  callsIn(text.replace(/^mapping:/, "lambda:").replace(/^objects:/, "s3:"));

/** The calls of each type of resource, and those of `force_destroy`. */
export const ACTIONS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(CALLS).map(([type, text]) => [type, actionsIn(text)]),
);

/** The calls that each statement allows, in order. */
export function callsOf(name: string): string[] {
  const calls = Object.values(CALLS).flatMap((text) =>
    text.startsWith(`${name}:`) ? actionsIn(text) : [],
  );
  return [...new Set(calls)].sort();
}

/**
 * Calls that AWS allows for all resources or none. For a function in a network, Lambda looks at it
 * with the rights of who deploys.
 */
export const FOR_ALL_RESOURCES: readonly string[] = [
  // Returns composite alarms only if it is allowed for all. Source: Amazon CloudWatch API
  // reference, "DescribeAlarms".
  "cloudwatch:DescribeAlarms",
  ...callsIn("ec2: DescribeSecurityGroups DescribeSubnets DescribeVpcs"),
  "logs:DescribeLogGroups",
  "sns:ListTopics",
  "ssm:DescribeParameters",
];

/**
 * "You can't create a composite alarms if your cloudwatch:PutCompositeAlarm permission has a
 * narrower scope" than `*`. Source: Amazon CloudWatch API reference, "PutCompositeAlarm".
 */
export const PUT_PAGE = "cloudwatch:PutCompositeAlarm";
