import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { KinesisFirehoseDeliveryStream } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { deployedName, type StreamDescription } from "@rainhooks/webhook/define";
import { Construct } from "constructs";
import { PrivateBucket } from "../bucket.ts";
import type { StageConfig } from "../config.ts";
import { assumedBy, policy, type Statement } from "../policy.ts";
import { ArchiveCatalog } from "./catalog.ts";
import { partitioning } from "./partitioning.ts";

/** Minimum buffer size that Firehose accepts with Parquet or with a folder per topic. */
const MIN_BUFFER_MIB = 64;
const NONCURRENT_DAYS = 30;

/**
 * A Firehose stream, the bucket it writes to, and the table that Athena reads.
 *
 * The bucket has no access logs: only Firehose writes to it and only users of Athena read it, and CloudTrail logs both. Turn
 * on data events in CloudTrail if every read must be logged.
 */
export class Archive extends Construct {
  readonly bucket: PrivateBucket;
  readonly stream: KinesisFirehoseDeliveryStream;
  readonly catalog: ArchiveCatalog;

  constructor(scope: Construct, config: StageConfig, description: StreamDescription) {
    super(scope, `stream-${description.name}`);
    const { name: stage, production, archive = {} } = config;
    const prefix = `${deployedName(stage, description.bucket)}-`;
    this.bucket = new PrivateBucket(
      this,
      "bucket",
      { bucketPrefix: prefix },
      {
        preventDestroy: production,
        forceDestroy: archive.forceDestroy ?? false,
      },
    );
    this.#addLifecycle(archive.coolAfterDays ?? 30, archive.freezeAfterDays ?? 90);
    this.catalog = new ArchiveCatalog(this, config, this.bucket.bucket);
    this.stream = this.#makeStream(config, description);
  }

  #addLifecycle(coolAfterDays: number, freezeAfterDays: number): void {
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.bucket.bucket.id,
      rule: [
        {
          id: "cool-down",
          status: "Enabled",
          filter: [{ prefix: "" }],
          transition: [
            { days: coolAfterDays, storageClass: "STANDARD_IA" },
            { days: freezeAfterDays, storageClass: "GLACIER_IR" },
          ],
          noncurrentVersionExpiration: [{ noncurrentDays: NONCURRENT_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
  }

  #makeStream(config: StageConfig, description: StreamDescription): KinesisFirehoseDeliveryStream {
    const { name: stage, logRetentionDays = 14, archive = {} } = config;
    const name = deployedName(stage, description.name);
    const logGroup = new CloudwatchLogGroup(this, "log", {
      name: `/aws/kinesisfirehose/${name}`,
      retentionInDays: logRetentionDays,
    });
    const logStream = new CloudwatchLogStream(this, "log-stream", {
      name: "delivery",
      logGroupName: logGroup.name,
    });
    const role = new IamRole(this, "role", {
      name: `${name}-stream`,
      assumeRolePolicy: assumedBy("firehose.amazonaws.com"),
    });
    const parquet = archive.format === "parquet";
    const granted = new IamRolePolicy(this, "role-policy", {
      role: role.id,
      policy: policy([...this.#grants(logStream.arn), ...(parquet ? this.catalog.readSchema() : [])]),
    });
    const byTopic = archive.partitionByTopic === true;
    return new KinesisFirehoseDeliveryStream(this, "stream", {
      name,
      destination: "extended_s3",
      serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
      extendedS3Configuration: {
        roleArn: role.arn,
        bucketArn: this.bucket.bucket.arn,
        errorOutputPrefix: description.errorPrefix,
        bufferingInterval: description.bufferS,
        bufferingSize: Math.max(description.bufferMiB, parquet || byTopic ? MIN_BUFFER_MIB : 1),
        compressionFormat: parquet ? "UNCOMPRESSED" : "GZIP",
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.name,
          logStreamName: logStream.name,
        },
        ...partitioning(description.prefix, byTopic),
        ...(parquet ? { dataFormatConversionConfiguration: this.catalog.parquetConversion(role.arn) } : {}),
      },
      dependsOn: [granted],
    });
  }

  #grants(logStreamArn: string): Statement[] {
    const { arn } = this.bucket.bucket;
    return [
      {
        actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        resources: [`${arn}/*`],
        wildcard: "objects are named by Firehose",
      },
      {
        actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        resources: [arn],
      },
      { actions: ["logs:PutLogEvents"], resources: [logStreamArn] },
    ];
  }
}
