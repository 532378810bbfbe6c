import type { AwsProviderConfig } from "@cdktf/provider-aws/lib/provider/index.js";
import type { StageConfig } from "./config.ts";

/** The AWS services that the stack calls, by the provider's names for their endpoints. */
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
 * The provider of a stage: its region, the one account it may touch, tags on everything. With an `endpoint` every call
 * goes to an emulator instead, with credentials that open nothing.
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
