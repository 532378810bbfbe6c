import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/names";
import { arnMaker } from "@rainhooks/stack/policies/arns";
import type { PolicyStatement } from "@rainhooks/stack/policies/document";
import type { StackPart } from "@rainhooks/stack/stack-part";
import { erasuresTable } from "@rainhooks/stage/tables/stage-tables";
import { eraseStatements } from "./policies.ts";

/** What was erased, which readers of the archive leave out, and who may erase and export. */
export const privacyPart: StackPart = {
  name: "privacy",
  // An erasure waits for replays and rebuilds, and keeps others from starting.
  needs: ["repair"],
  tables: [erasuresTable],
  tasks: [
    // It reads and writes everything.
    { name: "erase", isUsual: false, isRecorded: true, statements: eraseStatements },
    { name: "archive", statements: (config) => [seeErased(config, "SeeErased")] },
    { name: "verify", statements: (config) => [seeErased(config, "SeeErasedToVerify")] },
    { name: "rebuild", isUsual: false, statements: (config) => [seeErased(config, "SeeErasedToRebuild")] },
  ],
};

function seeErased(config: StackConfig, Sid: string): PolicyStatement {
  const table = arnMaker(config).of("dynamodb", `table/${nameOf(config, erasuresTable.name)}`);
  return { Sid, Action: ["dynamodb:Scan"], Resource: [table] };
}
