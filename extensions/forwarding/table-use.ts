import { tableUse } from "@rainhooks/dynamodb/table-use";
import { attemptsTable, copiesTable, destinationsTable, outboxTable } from "./forwarding-tables.ts";
import { missedUpdates } from "./pauses/pause.ts";

/** What functions use that leave events of paused destinations to the archive. */
export const archivedUse = { archived: { kind: "archived", env: "ARCHIVED_EVENTS" } } as const;

/** The table that `copyMemory` writes. */
export const copyMemoryUse = {
  copies: tableUse(copiesTable, ["dynamodb:UpdateItem"]),
};

/** The table that the fan-out reads, and in which it keeps what paused destinations miss. */
export const fanOutUse = {
  destinations: tableUse(destinationsTable, ["dynamodb:Scan", "dynamodb:UpdateItem"], {
    updates: missedUpdates,
  }),
};

/** The table that the functions for reading destinations and `setState` read and write. */
export const destinationUse = {
  destinations: tableUse(destinationsTable, ["dynamodb:GetItem", "dynamodb:Scan", "dynamodb:UpdateItem"]),
};

/** The table that the functions for reading and changing destinations read and write. */
export const destinationChanges = {
  destinations: {
    ...destinationUse.destinations,
    actions: [...destinationUse.destinations.actions, "dynamodb:DeleteItem", "dynamodb:PutItem"],
  },
};

/** The table that `attemptSink` writes to, and in which {@link isDelivered} looks. */
export const attemptWrites = {
  attempts: tableUse(attemptsTable, ["dynamodb:BatchWriteItem", "dynamodb:Query"], { indexes: [] }),
};

/** The table into which the fan-out puts events that wait for others. */
export const outboxAppends = {
  outbox: tableUse(outboxTable, ["dynamodb:BatchWriteItem"]),
};

/** The table from which the workers take events that have waited. */
export const outboxUse = {
  outbox: tableUse(outboxTable, [
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
  ]),
};

/** The table in which {@link isDelivered} looks. */
export const deliveredReads = {
  attemptLog: tableUse(attemptsTable, ["dynamodb:Query"], { indexes: [] }),
};

/** The table that the functions for reading attempts read. */
export const attemptReads = {
  attempts: tableUse(attemptsTable, ["dynamodb:GetItem", "dynamodb:Query"]),
};
