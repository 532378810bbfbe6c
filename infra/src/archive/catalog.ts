import { AthenaNamedQuery } from "@cdktf/provider-aws/lib/athena-named-query/index.js";
import { AthenaWorkgroup } from "@cdktf/provider-aws/lib/athena-workgroup/index.js";
import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database/index.js";
import { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table/index.js";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { ARCHIVE_COLUMNS, ARCHIVE_TABLE } from "@rainhooks/archive/archive-columns";
import { SAVED_QUERIES } from "@rainhooks/archive/saved-queries";
import { ArchiveSchema } from "@rainhooks/stack/config/archive";
import { nameOf } from "@rainhooks/stack/config/config";
import { complete } from "@rainhooks/stack/config/values";
import { Construct } from "constructs";
import { PrivateBucket } from "../bucket.ts";
import type { StageConfig } from "../config.ts";
import { databaseName } from "./database-name.ts";

const GIB = 1024 ** 3;
export const RESULT_RETENTION_DAYS = 7;
/*
 * Athena's placeholder in the path of an object. Two dollar signs, because Terraform would evaluate
 * a single one.
 */
const HOUR_FOLDER = "$${hour}/";

const JSON_FORMAT = {
  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
};

/**
 * Resources to query the archive with Athena: a table, a workgroup with a limit on the data that
 * one query reads, and saved queries. The table uses partition projection, so new partitions need
 * not be loaded before a query.
 */
export class ArchiveCatalog extends Construct {
  readonly database: GlueCatalogDatabase;
  readonly table: GlueCatalogTable;
  readonly workgroup: AthenaWorkgroup;
  readonly #config: StageConfig;

  /** @param bucket Bucket with the archive. */
  constructor(scope: Construct, config: StageConfig, bucket: S3Bucket) {
    super(scope, "catalog");
    this.#config = config;
    this.database = new GlueCatalogDatabase(this, "database", { name: databaseName(config) });
    this.table = this.#makeTable(bucket);
    this.workgroup = this.#makeWorkgroup();
    for (const { name, description, sql } of SAVED_QUERIES) {
      new AthenaNamedQuery(this, `query-${name}`, {
        name,
        description,
        database: this.database.name,
        workgroup: this.workgroup.id,
        query: sql,
      });
    }
  }

  #makeTable(bucket: S3Bucket): GlueCatalogTable {
    // A query without a condition on the hour looks into all folders from there.
    const firstDay = this.#config.archive?.firstDay?.replaceAll("-", "/");
    const location = `s3://${bucket.bucket}/deliveries/`;
    return new GlueCatalogTable(this, "table", {
      name: ARCHIVE_TABLE,
      databaseName: this.database.name,
      tableType: "EXTERNAL_TABLE",
      partitionKeys: [{ name: "hour", type: "string" }],
      parameters: {
        EXTERNAL: "TRUE",
        "projection.enabled": "true",
        "projection.hour.type": "date",
        "projection.hour.format": "yyyy/MM/dd/HH",
        "projection.hour.range": `${firstDay}/00,NOW`,
        "projection.hour.interval": "1",
        "projection.hour.interval.unit": "HOURS",
        "storage.location.template": `${location}${HOUR_FOLDER}`,
      },
      storageDescriptor: { location, columns: [...ARCHIVE_COLUMNS], ...JSON_FORMAT },
    });
  }

  #makeWorkgroup(): AthenaWorkgroup {
    const { archive = {}, kmsKeyArn } = this.#config;
    const name = nameOf(this.#config, "archive");
    const results = new PrivateBucket(this, "results", {
      bucketPrefix: `${nameOf(this.#config, "results")}-`,
      preventDestroy: false,
      forceDestroy: true,
      kmsKeyArn,
    });
    new S3BucketLifecycleConfiguration(this, "results-lifecycle", {
      bucket: results.bucket.id,
      rule: [
        {
          id: "forget",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: RESULT_RETENTION_DAYS }],
          noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
    });
    return new AthenaWorkgroup(this, "workgroup", {
      name,
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: complete(ArchiveSchema, archive).scanLimitGiB * GIB,
        resultConfiguration: {
          outputLocation: `s3://${results.bucket.bucket}/`,
          encryptionConfiguration:
            kmsKeyArn === undefined
              ? { encryptionOption: "SSE_S3" }
              : { encryptionOption: "SSE_KMS", kmsKeyArn },
        },
      },
    });
  }
}
