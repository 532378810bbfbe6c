import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream/index.js";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { KinesisFirehoseDeliveryStream } from "@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { ArchiveSchema } from "@rainhooks/stack/config/archive";
import { type ArchiveConfig, nameOf } from "@rainhooks/stack/config/config";
import { complete } from "@rainhooks/stack/config/values";
import { keyGrants, streamEncryption } from "@rainhooks/stack/encryption";
import { logDaysOf } from "@rainhooks/stack/function/lambda";
import { grant, makeRole } from "@rainhooks/stack/function/role";
import { assumedBy, type Statement } from "@rainhooks/stack/policy";
import type { StreamDescription } from "@rainhooks/webhook/resources";
import { Construct } from "constructs";
import { PrivateBucket } from "../bucket.ts";
import type { StageConfig } from "../config.ts";
import { ArchiveCatalog } from "./catalog.ts";

const NONCURRENT_DAYS = 30;
/** What a function keeps beside the archive, it needs for less. */
const WORK_DAYS = 1;

/** Where an archive is, and what else. */
export interface ArchivePlace {
  /** Id of the AWS account. */
  readonly account: string;
  /** Folders of files that functions keep beside the archive while they work. */
  readonly workFolders: readonly string[];
}

/**
 * A Firehose stream, the bucket it writes to, and the table that Athena reads.
 *
 * The bucket has no access logs: only Firehose writes to it and only users of Athena read it, and
 * CloudTrail logs both. Turn on data events in CloudTrail if every read must be logged.
 */
export class ArchiveResources extends Construct {
  readonly bucket: PrivateBucket;
  readonly stream: KinesisFirehoseDeliveryStream;
  readonly catalog: ArchiveCatalog;
  readonly description: StreamDescription;

  /**
   * @throws {TypeError} for a stream that writes where objects are deleted after a day.
   */
  constructor(
    scope: Construct,
    config: StageConfig,
    description: StreamDescription,
    { workFolders, account }: ArchivePlace,
  ) {
    super(scope, `stream-${description.name}`);
    const { production, archive = {} } = config;
    for (const folder of workFolders) refuseWorkFolder(description, folder);
    this.description = description;
    const prefix = `${nameOf(config, description.bucket)}-`;
    this.bucket = new PrivateBucket(this, "bucket", {
      bucketPrefix: prefix,
      preventDestroy: production,
      kmsKeyArn: config.kmsKeyArn,
      forceDestroy: archive.forceDestroy ?? false,
    });
    this.#addLifecycle(archive, workFolders);
    const role = makeRole(this, config, {
      name: `${nameOf(config, description.name)}-stream`,
      assumedBy: assumedBy("firehose.amazonaws.com", account),
    });
    this.catalog = new ArchiveCatalog(this, config, this.bucket.bucket);
    this.stream = this.#makeStream(config, description, role);
  }

  #addLifecycle(archive: ArchiveConfig, workFolders: readonly string[]): void {
    const { coolAfterDays, freezeAfterDays, deleteAfterDays } = complete(ArchiveSchema, archive);
    const transitions = [
      { days: coolAfterDays, storageClass: "STANDARD_IA" },
      { days: freezeAfterDays, storageClass: "GLACIER_IR" },
    ];
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.bucket.bucket.id,
      rule: [
        {
          id: "cool-down",
          status: "Enabled",
          filter: [{ prefix: "" }],
          // S3 refuses a transition on or after the day of deletion.
          transition: transitions.filter(
            ({ days }) => days < (deleteAfterDays ?? Number.POSITIVE_INFINITY),
          ),
          ...(deleteAfterDays === undefined ? {} : { expiration: [{ days: deleteAfterDays }] }),
          noncurrentVersionExpiration: [{ noncurrentDays: NONCURRENT_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        // Files of work that was interrupted. Where two rules apply, S3 takes the shorter time.
        ...workFolders.map((folder) => ({
          id: `delete-${folder}`,
          status: "Enabled",
          filter: [{ prefix: `${folder}/` }],
          expiration: [{ days: WORK_DAYS }],
          noncurrentVersionExpiration: [{ noncurrentDays: WORK_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: WORK_DAYS }],
        })),
      ],
    });
  }

  #makeStream(
    config: StageConfig,
    description: StreamDescription,
    role: IamRole,
  ): KinesisFirehoseDeliveryStream {
    const { kmsKeyArn } = config;
    const name = nameOf(config, description.name);
    const { logGroup, logStream } = this.#makeLog(config, name);
    const granted = grant(this, role, [...this.#grants(logStream.arn), ...keyGrants(config)]);
    return new KinesisFirehoseDeliveryStream(this, "stream", {
      name,
      destination: "extended_s3",
      serverSideEncryption: streamEncryption(config),
      extendedS3Configuration: {
        roleArn: role.arn,
        bucketArn: this.bucket.bucket.arn,
        ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
        prefix: description.prefix,
        errorOutputPrefix: description.errorPrefix,
        bufferingInterval: description.bufferS,
        bufferingSize: Math.max(description.bufferMiB, 1),
        compressionFormat: "GZIP",
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.name,
          logStreamName: logStream.name,
        },
      },
      dependsOn: [granted],
    });
  }

  #makeLog(config: StageConfig, stream: string) {
    const { kmsKeyArn } = config;
    const logGroup = new CloudwatchLogGroup(this, "log", {
      name: `/aws/kinesisfirehose/${stream}`,
      retentionInDays: logDaysOf(config),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn }),
    });
    const logStream = new CloudwatchLogStream(this, "log-stream", {
      name: "delivery",
      logGroupName: logGroup.name,
    });
    return { logGroup, logStream };
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

/** The rule for files of work would delete its objects. */
function refuseWorkFolder({ name, prefix, errorPrefix }: StreamDescription, folder: string): void {
  const [wrong] = [prefix, errorPrefix].filter((one) => one.startsWith(`${folder}/`));
  if (wrong !== undefined)
    throw new TypeError(
      `Stream ${name}: objects below ${folder}/ are deleted after a day. Choose another prefix than ${wrong}.`,
    );
}
