import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { bucketEncryption } from "@rainhooks/stack/encryption";
import { policy, tlsOnly } from "@rainhooks/stack/policy";
import { Construct } from "constructs";

/** Options of {@link PrivateBucket}. */
export interface BucketOptions {
  readonly bucket?: string;
  /** Instead of its name: Terraform adds a unique suffix. */
  readonly bucketPrefix?: string;
  /** Terraform refuses any plan that deletes the bucket. */
  readonly preventDestroy: boolean;
  /**
   * Terraform deletes the objects with the bucket. Otherwise AWS refuses to delete a bucket that is
   * not empty.
   */
  readonly forceDestroy: boolean;
  /** Key of the stage. Without it, S3 encrypts with keys of its own. */
  readonly kmsKeyArn: string | undefined;
}

/** A bucket that is encrypted, versioned, private and accessible over TLS only. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;

  constructor(
    scope: Construct,
    id: string,
    { preventDestroy, kmsKeyArn, ...options }: BucketOptions,
  ) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "bucket", { ...options, lifecycle: { preventDestroy } });
    const bucket = this.bucket.id;
    new S3BucketOwnershipControls(this, "ownership", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: bucketEncryption(kmsKeyArn),
          bucketKeyEnabled: true,
          // AWS's default for new buckets. Without it, each plan would show it as a difference.
          blockedEncryptionTypes: ["SSE-C"],
        },
      ],
    });
    new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketPolicy(this, "policy", {
      bucket,
      policy: policy([tlsOnly("s3", [this.bucket.arn, `${this.bucket.arn}/*`])]),
      dependsOn: [block],
    });
  }
}
