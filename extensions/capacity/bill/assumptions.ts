/** Days of a month. */
export const DAYS = 30;

export const ENVELOPE_BYTES = 1200;
/** How much of the archive's lines is left when they are compressed. */
export const ZIPPED_SHARE = 0.15;
export const OBJECTS_PER_HOUR = 12;

/** START, END and REPORT, which Lambda logs for each invocation. */
export const PLATFORM_LOG_BYTES = 320;

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
 * Sweeps of alarms in a month, with one rule for nodes that are offline; each reads the shards of
 * two indexes.
 */
export const SWEEPS = 60 * 24 * DAYS;
export const SWEEP_READS = 25;
/** How far it has come. */
export const SWEEP_WRITES = 2;
export const SWEEP_MS = 150;
/**
 * Once an hour, each row of node status is looked at: 0.8 KB, half a unit for 4 KB, and the time of
 * a processor with a gigabyte of memory.
 */
export const SCAN_READS_PER_NODE = 0.1;
export const SCAN_MS_PER_NODE = 0.02;
/**
 * Drops of a node in a day, the share of them that becomes an alarm and is marked, and the
 * evaluations: of each alarm 2.3.
 */
export const DROPS_PER_DAY = 3;
export const ALARM_SHARE = 0.1;
export const EVALUATED_SHARE = 0.23;
/**
 * Write units of an alarm, its indexes and its two messages until its end (12, and 1 to 6 by how
 * many are sent together), and of what it changes in rows of nodes; read units and time of an
 * evaluation, with what is read to send. A test counts them: `npm run test:all -- alarm-units`.
 */
export const ALARM_WRITES = 13;
export const NODE_ROW_WRITES = 1.7;
export const EVALUATION_READS = 3.3;
export const EVALUATION_MS = 4;

/**
 * Samples of the fleet: how many a month, and the read units that a node takes. A tenth is offline.
 */
export const SAMPLES = 12 * 24 * DAYS;
/**
 * Nodes up to which each sample counts all, and number of samples of which one does so at least.
 */
export const FULL_SAMPLE_NODES = 10_000;
export const FULL_SAMPLE_EVERY = 12;
/** A shard of an index that is read takes half a unit even if it is empty; there are 32. */
export const MIN_SAMPLE_READS = 16;
/** A sample usually has 1 or 2 KB. */
export const SAMPLE_WRITES = 2;
/** Time of a sample, and of each node when all are counted, with a gigabyte of memory. */
export const SAMPLE_MS = 100;
export const FULL_SAMPLE_MS_PER_NODE = 0.0026;
export const SAMPLE_READS_PER_NODE = 0.0013;
export const FULL_SAMPLE_READS_PER_NODE = 0.0075;

/** What is remembered of an event for copies, and how long. */
export const COPY_BYTES = 200;
export const COPY_DAYS = 15;
/** An attempt in its log, its entry in the index, and how long they are kept. */
export const ATTEMPT_BYTES = 850;
export const ATTEMPT_ENTRY_BYTES = 450;
export const ATTEMPT_DAYS = 30;
/** Write units of an attempt: one for the table and one for the index. */
export const ATTEMPT_WRITES = 2;
/** Lines that a worker logs per invocation: its metrics and those of attempts. */
export const WORKER_LOG_BYTES = 1500;
/** Maximum delay of a message. A retry that is due later is sent again each time. */
export const MAX_DELAY_S = 900;

/**
 * Long polls of an idle queue: Lambda starts with 5 pollers, each of which waits 20 s. Source: AWS
 * Lambda developer guide, "SQS".
 */
export const POLLERS = 5;
export const POLL_S = 20;
