import { tableUse } from "@rainhooks/dynamodb/table-use";
import { ROUND_MINUTES } from "@rainhooks/stage/rounds/round-check";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { roundsTable } from "@rainhooks/webhook/rounds-table";

/** Makes the rounds: looks at what nobody must be woken for, in one function instead of alarms. */
export const rounds = defineFunction({
  trigger: "rate",
  name: "rounds",
  description: "Looks at a stage, and tells what is not as it should be.",
  everyMinutes: ROUND_MINUTES,
  optional: "production",
  resources: {
    rounds: tableUse(roundsTable, ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Scan"]),
    stage: { kind: "stage", env: "STAGE_OUTPUTS" },
  },
  function: { memoryMiB: 512, timeoutS: 60 },
});
