import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/**
 * The table of destinations, one item each. Their URLs, but for scheme and host, and their secrets
 * are elsewhere.
 */
export const destinationsTable = {
  name: "destinations",
  partitionKey: { name: "id", type: "S" },
  holds: {},
} as const satisfies TableDescription;

/**
 * The table of copies: the first delivery of each event, by its `webhook-id`, for all destinations
 * together. Items are deleted after a time (TTL).
 */
export const copiesTable = {
  name: "copies",
  partitionKey: { name: "webhookId", type: "S" },
  holds: {},
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;
/**
 * Number of shards of the index of attempts: 4 shards allow 4,000 attempts per second to one
 * destination.
 */
export const ATTEMPT_SHARDS = 4;

/**
 * Index of the attempts of a destination by time. Its partition is a destination, whether they
 * succeeded, and a shard. It has what a list shows: all but headers and response.
 */
export const byDestinationIndex = {
  name: "by-destination",
  partitionKey: { name: "place", type: "S" },
  sortKey: { name: "atKey", type: "S" },
  shards: ATTEMPT_SHARDS,
  projected: [
    "destination",
    "eventType",
    "events",
    "nodeId",
    "attempt",
    "atMs",
    "method",
    "url",
    "bodyBytes",
    "status",
    "durationMs",
    "outcome",
    "error",
    "nextAtMs",
  ],
} as const;

/**
 * The table of attempts, one item each. The partition is the `webhook-id`, so no partition is hot,
 * and what happened to an event is read at once. Items are deleted after a time (TTL).
 */
export const attemptsTable = {
  name: "attempts",
  partitionKey: { name: "webhookId", type: "S" },
  sortKey: { name: "item", type: "S" },
  indexes: [byDestinationIndex],
  holds: {},
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/**
 * The table of the outbox: events that wait for a destination that gets several in one request, or
 * one after the other. A lane is a destination's, or that of one of its nodes. It has entries
 * (events), batches (which entries are one request) and a head (who divides it).
 */
export const outboxTable = {
  name: "outbox",
  partitionKey: { name: "lane", type: "S" },
  sortKey: { name: "item", type: "S" },
  holds: { lane: ["{}#node:{node}"] },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;
