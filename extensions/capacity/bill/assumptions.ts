/** Days of a month. */
export const DAYS = 30;

export const ENVELOPE_BYTES = 1200;
/** How much of the archive's lines is left when they are compressed. */
export const ZIPPED_SHARE = 0.15;
export const OBJECTS_PER_HOUR = 12;

/**
 * Instances of a function that keep filter rules for a minute each. There are rules for all nodes,
 * and none for single users or nodes.
 */
export const RULE_READERS = 5;

/** Pages of 100 nodes that people read per node and month, and the read units of one. */
export const PAGES_PER_NODE = 1;
export const READS_PER_PAGE = 60;
export const PAGE_MS = 60;

/**
 * Long polls of an idle queue: Lambda starts with 5 pollers, each of which waits 20 s. Source: AWS
 * Lambda developer guide, "SQS".
 */
export const POLLERS = 5;
export const POLL_S = 20;

/** Metrics of a webhook whose events are all wanted: delivered, and their age. */
export const METRICS = 2;
