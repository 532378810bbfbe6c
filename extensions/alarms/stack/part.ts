import { arnMaker, statementsOf } from "@rainhooks/stack/policies/document";
import type { StackPart } from "@rainhooks/stack/stack-part";
import { alarmsText, watchUsage } from "../costs.ts";
import { watchRulesTable } from "../watch-tables.ts";

/** What rebuilds a store marks its rows by the rules of alarms. */
export const alarmsPart: StackPart = {
  name: "alarms",
  costs: { monthly: { watch: watchUsage }, fleet: alarmsText },
  tasks: [
    {
      name: "rebuild",
      isUsual: false,
      statements: (config) =>
        statementsOf([
          ["SeeAlarmRules", "dynamodb: Scan", [arnMaker(config).table(watchRulesTable.name)]],
        ]),
    },
  ],
};
