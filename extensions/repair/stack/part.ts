import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { isOfParts } from "@rainhooks/stack/function/deployment";
import { deadLetterStatements } from "@rainhooks/stack/policies/dead-letters";
import type { StackPart } from "@rainhooks/stack/stack-part";
import { storeRead } from "../functions/store-read/function.ts";
import { storeWork } from "../functions/store-work/function.ts";
import { rebuildStatements, verifyStatements } from "./policies.ts";

const ARCHIVE = "archive";
/** What they compare with, or write from, is the archive. */
const WORKS: readonly string[] = [storeRead.name, storeWork.name];

function hasArchive(config: StackConfig): boolean {
  return isOfParts(config, { part: ARCHIVE }) && config.functions?.[ARCHIVE]?.deployed !== false;
}

/**
 * Dead letters, replays, verifications, and rebuilds, for which each table of a store has a spare
 * one.
 */
export const repairPart: StackPart = {
  name: "repair",
  // The live rows are in slot b after each second rebuild.
  beforeDrop:
    'make slot a of each store live ("rainhooks rebuild show <store>" says which one is: slot b goes, with its rows)',
  deployedTables,
  hasFunction: (config, { name }) =>
    WORKS.includes(name) && config.functions?.[name] === undefined && !hasArchive(config)
      ? false
      : undefined,
  tasks: [
    {
      name: "dead-letters",
      isRecorded: true,
      changes: { messages: ["*"] },
      statements: deadLetterStatements,
    },
    { name: "verify", changes: { functions: [storeRead.name] }, statements: verifyStatements },
    // It writes tables.
    {
      name: "rebuild",
      isUsual: false,
      isRecorded: true,
      changes: { items: [tableSlotsTable.name], functions: [storeWork.name] },
      statements: rebuildStatements,
    },
  ],
};
