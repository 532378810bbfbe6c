import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { StackPart } from "@rainhooks/stack/stack-part";
import { replaysTable } from "@rainhooks/stage/tables/replays-table";
import { deadLetterStatements, replayStatements } from "./policies.ts";
import { rebuildStatements, verifyStatements } from "./verifying.ts";

/** Dead letters, replays, verifications, and rebuilds, for which each table of a store has a spare one. */
export const repairPart: StackPart = {
  name: "repair",
  tables: [replaysTable, tableSlotsTable],
  // The live rows are in slot b after each second rebuild.
  beforeDrop:
    'make slot a of each store live ("rainhooks rebuild show <store>" says which one is: slot b goes, with its rows)',
  deployedTables,
  tasks: [
    { name: "dead-letters", isRecorded: true, statements: deadLetterStatements },
    { name: "replay", isRecorded: true, statements: replayStatements },
    { name: "verify", statements: verifyStatements },
    // It writes tables.
    { name: "rebuild", isUsual: false, isRecorded: true, statements: rebuildStatements },
  ],
};
