import type { TableUse } from "@rainhooks/dynamodb/slots/slots-table";
import { attemptsTable, copiesTable, destinationsTable, outboxTable } from "./forwarding-tables.ts";
import { missedUpdates } from "./pauses/pause.ts";

export { archivedUse } from "./pauses/archived-use.ts";

const ENV = {
  copies: "COPIES_TABLE",
  destinations: "DESTINATIONS_TABLE",
  attempts: "ATTEMPTS_TABLE",
  outbox: "OUTBOX_TABLE",
} as const;

/** The table that `copyMemory` reads and writes. */
export const copyMemoryUse = {
  copies: {
    kind: "table",
    env: ENV.copies,
    table: copiesTable,
    actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table that the fan-out reads, and in which it keeps what paused destinations miss. */
export const fanOutUse = {
  destinations: {
    kind: "table",
    env: ENV.destinations,
    table: destinationsTable,
    actions: ["dynamodb:Scan", "dynamodb:UpdateItem"],
    updates: missedUpdates,
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table that the functions for reading destinations and `setState` read and write. */
export const destinationUse = {
  destinations: {
    kind: "table",
    env: ENV.destinations,
    table: destinationsTable,
    actions: ["dynamodb:GetItem", "dynamodb:Scan", "dynamodb:UpdateItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table that the functions for reading and changing destinations read and write. */
export const destinationChanges = {
  destinations: {
    ...destinationUse.destinations,
    actions: [...destinationUse.destinations.actions, "dynamodb:DeleteItem", "dynamodb:PutItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table that `attemptSink` writes to, and in which {@link isDelivered} looks. */
export const attemptWrites = {
  attempts: {
    kind: "table",
    env: ENV.attempts,
    table: attemptsTable,
    actions: ["dynamodb:BatchWriteItem", "dynamodb:Query"],
    indexes: [],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table into which the fan-out puts events that wait for others. */
export const outboxAppends = {
  outbox: {
    kind: "table",
    env: ENV.outbox,
    table: outboxTable,
    actions: ["dynamodb:BatchWriteItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table from which the workers take events that have waited. */
export const outboxUse = {
  outbox: {
    kind: "table",
    env: ENV.outbox,
    table: outboxTable,
    actions: [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table in which {@link isDelivered} looks. */
export const deliveredReads = {
  attemptLog: {
    kind: "table",
    env: ENV.attempts,
    table: attemptsTable,
    actions: ["dynamodb:Query"],
    indexes: [],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table that the functions for reading attempts read. */
export const attemptReads = {
  attempts: {
    kind: "table",
    env: ENV.attempts,
    table: attemptsTable,
    actions: ["dynamodb:GetItem", "dynamodb:Query"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;
