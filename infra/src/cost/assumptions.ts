import type { EventType } from "@rainhooks/core";

/** Messages per node and day. All other events are rare. */
export const MESSAGES_PER_DAY: Readonly<Partial<Record<EventType, number>>> = {
  "rmaker.event.node_connected": 2,
  "rmaker.event.node_disconnected": 2,
  "rmaker.event.node_params_changed": 48,
  "rmaker.event.node_ts_data": 96,
  "rmaker.event.alert": 1,
  "rmaker.event.node_config_changed": 1,
};
export const DAYS = 30;

export const ENVELOPE_BYTES = 1200;
/** A line of the archive, and how much of it is left when it is compressed. */
export const LINE_BYTES = 700;
export const ZIPPED_SHARE = 0.15;
export const OBJECTS_PER_HOUR = 12;

/** Items of DynamoDB, without the 100 bytes that it adds to each. */
export const POINT_BYTES = 150;
export const ROW_BYTES = 700;
export const INDEX_ENTRY_BYTES = 100;
/** An alert, or the key of an item with many transitions. */
export const TIMELINE_ITEM_BYTES = 100;
export const TRANSITION_BYTES = 5;
/** Transitions that move to the timeline in one item. */
export const TRANSITIONS_PER_ITEM = 25;
/** How long readings and the timeline are kept. */
export const POINT_RETENTION_DAYS = 30;
export const TIMELINE_RETENTION_DAYS = 90;

export const INVOCATION_MS = 30;
export const RECORD_MS = 0.3;
/** START, END and REPORT, which Lambda logs for each invocation. */
export const PLATFORM_LOG_BYTES = 320;

export const RULES_PER_EVENT = 3;
/** Share of the rules that must be read because they are not in a function's cache. */
export const CACHE_MISS_SHARE = 0.5;

/** Pages of 100 nodes that people read per node and month, and the read units of one. */
export const PAGES_PER_NODE = 1;
export const READS_PER_PAGE = 60;
export const PAGE_MS = 60;

/** Long polls of an idle queue: Lambda starts with 5 pollers, each of which waits 20 s. Source: AWS Lambda developer guide, "SQS". */
export const POLLERS = 5;
export const POLL_S = 20;
