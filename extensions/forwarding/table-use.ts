import { tableUse } from "@rainhooks/dynamodb/table-use";
import { attemptsTable, destinationsTable } from "./forwarding-tables.ts";

/** What functions use that leave events of paused destinations to the archive. */
export const archivedUse = { archived: { kind: "archived", env: "ARCHIVED_EVENTS" } } as const;

/** The table that the functions for reading destinations and `setState` read and write. */
export const destinationUse = {
  destinations: tableUse(destinationsTable, [
    "dynamodb:GetItem",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
  ]),
};

/** The table that the functions for reading and changing destinations read and write. */
export const destinationChanges = {
  destinations: {
    ...destinationUse.destinations,
    actions: [...destinationUse.destinations.actions, "dynamodb:DeleteItem", "dynamodb:PutItem"],
  },
};

/** The table that the functions for reading attempts read. */
export const attemptReads = {
  attempts: tableUse(attemptsTable, ["dynamodb:GetItem", "dynamodb:Query"]),
};
