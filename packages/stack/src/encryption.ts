import type { StackConfig } from "./config/config.ts";
import type { Statement } from "./policy.ts";

/**
 * How long SQS uses a data key before it asks KMS for the next one. Each request to KMS costs
 * money.
 */
const DATA_KEY_REUSE_S = 3600;

/** Encryption settings of a queue: with the stage's key, or with a key of SQS. */
export function queueEncryption({ kmsKeyArn }: StackConfig) {
  return kmsKeyArn === undefined
    ? { sqsManagedSseEnabled: true }
    : { kmsMasterKeyId: kmsKeyArn, kmsDataKeyReusePeriodSeconds: DATA_KEY_REUSE_S };
}

/**
 * Encryption settings of a table. Without a key of the stage, DynamoDB encrypts with a key that AWS
 * owns, which no field names.
 */
export function tableEncryption({ kmsKeyArn }: StackConfig) {
  return kmsKeyArn === undefined ? {} : { serverSideEncryption: { enabled: true, kmsKeyArn } };
}

/** Encryption settings of a bucket. */
export function bucketEncryption(kmsKeyArn: string | undefined) {
  return kmsKeyArn === undefined
    ? { sseAlgorithm: "AES256" }
    : { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn };
}

/** Encryption settings of the stream: with the stage's key, or with a key that AWS owns. */
export function streamEncryption({ kmsKeyArn }: StackConfig) {
  return kmsKeyArn === undefined
    ? { enabled: true, keyType: "AWS_OWNED_CMK" }
    : { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: kmsKeyArn };
}

/**
 * Permissions that a function needs on the key of the stage to use encrypted queues, tables and
 * streams.
 */
export function keyGrants({ kmsKeyArn }: StackConfig): Statement[] {
  return kmsKeyArn === undefined
    ? []
    : [
        {
          actions: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
          resources: [kmsKeyArn],
        },
      ];
}
