/*
 * Limits of Firehose PutRecordBatch. Source: Amazon Data Firehose developer guide, "Quota". AWS
 * does not raise them on request.
 */

export const MAX_RECORDS_PER_CALL = 500;
/** 4 MiB. */
export const MAX_BYTES_PER_CALL = 4 * 1024 * 1024;
/** 1,000 KiB. */
export const MAX_BYTES_PER_RECORD = 1000 * 1024;
/** Firehose bills each record in steps of 5 KB. */
export const BILLED_STEP_BYTES = 5 * 1024;
