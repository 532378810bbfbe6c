import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";
import { policy, tlsOnly } from "./policy.ts";

/** The name of a bucket, or a prefix to which Terraform adds a unique suffix. */
export type BucketName = { readonly bucket: string } | { readonly bucketPrefix: string };

/** A bucket that is encrypted, versioned, private and accessible over TLS only. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;

  /** @param protect Whether Terraform must not delete the bucket; otherwise it is deleted with its objects. */
  constructor(scope: Construct, id: string, name: BucketName, protect: boolean) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "bucket", {
      ...name,
      forceDestroy: !protect,
      lifecycle: { preventDestroy: protect },
    });
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
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: true }],
    });
    new S3BucketVersioningA(this, "versioning", { bucket, versioningConfiguration: { status: "Enabled" } });
    new S3BucketPolicy(this, "policy", {
      bucket,
      policy: policy([tlsOnly("s3", [this.bucket.arn, `${this.bucket.arn}/*`])]),
      dependsOn: [block],
    });
  }
}
