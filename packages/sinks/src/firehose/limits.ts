/*
 * Limits of Firehose PutRecordBatch. Source: the Amazon Data Firehose developer guide, "Quota"; AWS does not raise them.
 */

/** Most records in a call. */
export const RECORDS_PER_CALL = 500;
/** Most bytes in a call, 4 MiB. */
export const BYTES_PER_CALL = 4 * 1024 * 1024;
/** Most bytes in a record, 1,000 KiB. */
export const BYTES_PER_RECORD = 1000 * 1024;
