import type { AwsProviderConfig } from "@cdktf/provider-aws/lib/provider/index.js";
import type { StageConfig } from "./config.ts";

/** The AWS services that the stack uses, by the provider's names of their endpoints. */
const SERVICES = [
  "athena",
  "cloudformation",
  "cloudwatch",
  "dynamodb",
  "firehose",
  "glue",
  "iam",
  "lambda",
  "logs",
  "s3",
  "sns",
  "sqs",
  "ssm",
  "sts",
] as const;

/**
 * Returns the provider settings of a stage: region, allowed account, and default tags. With an `endpoint`, all calls go to
 * an emulator, with dummy credentials.
 */
export function providerConfig({ name, region, accountId, endpoint }: StageConfig): AwsProviderConfig {
  const tags = { project: "rainhooks", stage: name, "managed-by": "terraform" };
  const common = { region, defaultTags: [{ tags }] };
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
