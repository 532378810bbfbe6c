import type {
  AwsProviderConfig,
  AwsProviderEndpoints,
} from "@cdktf/provider-aws/lib/provider/index.js";
import type { TerraformStack } from "cdktf";
import type { StageConfig } from "./config.ts";

/**
 * Version of the AWS provider that Terraform installs. It is newer than the one that the typings
 * are made from: older ones show differences in every plan (blocked encryption types of buckets
 * before 6.40.0, warm throughput of an index before 6.29.0). Source: the provider's changelog.
 */
const AWS_PROVIDER_VERSION = "6.40.0";

/** Makes a stack install that version. */
export function requireProvider(stack: TerraformStack): void {
  stack.addOverride("terraform.required_providers.aws.version", AWS_PROVIDER_VERSION);
}

/** The AWS services that the stack uses, by the typings' names of the provider's endpoints. */
const SERVICES = [
  "athena",
  "budgets",
  "cloudwatch",
  "dynamodb",
  "ec2",
  "events",
  "firehose",
  "glue",
  "iam",
  "iot",
  "kms",
  "lambda",
  "logs",
  "s3",
  // The provider reads the tags of buckets there.
  "s3Control",
  "sns",
  "sqs",
  "ssm",
  "sts",
] as const satisfies readonly (keyof AwsProviderEndpoints)[];

/** The tag that marks the resources of a stage. Other projects have a tag `stage`, too. */
export const STAGE_TAG = "rainhooks-stage";

/** Returns the tags of all resources that belong to a stage, or to none. */
export function tagsOf(stage?: string): Record<string, string> {
  const ofStage = stage === undefined ? {} : { [STAGE_TAG]: stage };
  return { project: "rainhooks", ...ofStage, "managed-by": "terraform" };
}

/**
 * Returns the provider settings of a stage: region, allowed account, and default tags. With an
 * `endpoint`, all calls go to an emulator, with dummy credentials.
 */
export function providerConfig({
  name,
  region,
  accountId,
  endpoint,
  tags,
}: StageConfig): AwsProviderConfig {
  const common = { region, defaultTags: [{ tags: { ...tags, ...tagsOf(name) } }] };
  if (endpoint === undefined)
    return { ...common, ...(accountId === undefined ? {} : { allowedAccountIds: [accountId] }) };
  return {
    ...common,
    accessKey: "local",
    secretKey: "local",
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: "true",
    skipRequestingAccountId: false,
    endpoints: [Object.fromEntries(SERVICES.map((service) => [service, endpoint]))],
  };
}
