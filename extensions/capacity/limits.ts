import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/*
 * Quotas of AWS, as every account has them at first. Sources: DynamoDB developer guide, "Quotas"
 * and "On-demand capacity mode"; Lambda developer guide, "Configuring scaling behavior for SQS
 * event source mappings"; SQS developer guide, "Message quotas"; Amazon Data Firehose developer
 * guide, "Quota"; AWS General Reference, "Amazon SNS endpoints and quotas".
 */

/** Write units per second of a table or an index, until AWS raises the quota. */
export const TABLE_UNITS_PER_S = 40_000;
/** Write units per second of one value of a partition key. */
const PARTITION_UNITS_PER_S = 1000;
/** Write units per second that a new table or index with on-demand capacity takes at once. */
export const NEW_TABLE_UNITS_PER_S = 4000;
/** Concurrent invocations of all functions of an account. */
export const ACCOUNT_CONCURRENCY = 1000;
/** Concurrent invocations that the event source mapping of a queue can be allowed. */
export const MAPPING_CONCURRENCY = 1000;
/** Messages of a standard queue that are received and not yet deleted. */
export const MAX_IN_FLIGHT = 120_000;

const MIB = 1024 * 1024;
const LARGE_FIREHOSE_REGIONS: ReadonlySet<string> = new Set([
  "us-east-1",
  "us-west-2",
  "eu-west-1",
]);

/** Records of one request to Firehose. */
export const FIREHOSE_BATCH_RECORDS = 500;

/** Returns what a Firehose stream takes in a region, each second. */
export function firehoseQuota(region: string): {
  readonly bytesPerS: number;
  readonly recordsPerS: number;
  readonly requestsPerS: number;
} {
  return LARGE_FIREHOSE_REGIONS.has(region)
    ? { bytesPerS: 5 * MIB, recordsPerS: 500_000, requestsPerS: 2000 }
    : { bytesPerS: MIB, recordsPerS: 100_000, requestsPerS: 1000 };
}

const SNS_MESSAGES_PER_S: ReadonlyMap<string, number> = new Map([
  ["us-east-1", 30_000],
  ["us-west-2", 9000],
  ["eu-west-1", 9000],
]);
/** What the smallest regions have. Those between have more: Service Quotas says how much. */
const LEAST_SNS_MESSAGES_PER_S = 300;

/**
 * Returns the messages that the topics of an account take in a region, each second, or the least
 * that any region has.
 */
export function snsQuota(region: string): {
  readonly messagesPerS: number;
  readonly isLeast: boolean;
} {
  const known = SNS_MESSAGES_PER_S.get(region);
  return { messagesPerS: known ?? LEAST_SNS_MESSAGES_PER_S, isLeast: known === undefined };
}

/**
 * Returns the write units per second that a table or one of its indexes takes at most. An index
 * whose partition key has few values takes a partition's units for each; keys that end in a time
 * cannot be split further.
 */
export function maxUnitsPerS(table: TableDescription, indexName: string | undefined): number {
  const index = table.indexes?.find(({ name }) => name === indexName);
  return index?.shards === undefined
    ? TABLE_UNITS_PER_S
    : Math.min(TABLE_UNITS_PER_S, index.shards * PARTITION_UNITS_PER_S);
}
