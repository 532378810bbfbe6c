import { nameOf } from "@rainhooks/stack/names";
import { arnMaker } from "@rainhooks/stack/policies/arns";
import type { StackPart } from "@rainhooks/stack/stack-part";
import { watchRulesTable } from "../watch-tables.ts";
import { alarmCosts } from "./costs.ts";

/** What rebuilds a store marks its rows by the rules of alarms. */
export const alarmsPart: StackPart = {
  name: "alarms",
  costs: alarmCosts,
  tasks: [
    {
      name: "rebuild",
      isUsual: false,
      statements: (config) => [
        {
          Sid: "SeeAlarmRules",
          Action: ["dynamodb:Scan"],
          Resource: [arnMaker(config).of("dynamodb", `table/${nameOf(config, watchRulesTable.name)}`)],
        },
      ],
    },
  ],
};
