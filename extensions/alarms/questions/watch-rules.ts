import { defineQuestion } from "@rainhooks/stage/query/question";
import { watchRulesAnswer } from "../answers/alarms.ts";
import { ruleJson } from "../rule/rule-json.ts";
import { readWatchRules } from "../rules/rule-store.ts";
import { watchRulesTable } from "../watch-tables.ts";

/** Lists the alarm rules of a stage. */
export const listWatchRulesQuestion = defineQuestion({
  name: "listWatchRules",
  path: "/v1/watch-rules",
  summary: "Alarm rules and maintenance windows",
  params: {},
  paged: false,
  answer: watchRulesAnswer,
  find: async (_params, { stores, nowMs }) => {
    const { rules, maintenance } = await readWatchRules(stores.tableOf(watchRulesTable.name));
    const shown = rules.flatMap(({ name, states }) => {
      const last = states.at(-1);
      if (last === undefined || last.status === "removed") return [];
      const { version, fromMs, rule } = last;
      const isStarting = last.status === "in-force" && fromMs > nowMs;
      const status: "in-force" | "starting" | "paused" = isStarting ? "starting" : last.status;
      return [{ name, version, fromMs, status, rule: ruleJson(rule) }];
    });
    return {
      answer: {
        rules: shown,
        maintenance: maintenance
          .filter(({ toMs }) => toMs > nowMs)
          .map(({ where, ...window }) => ({ ...window, ...(where === undefined ? {} : { where }) })),
      },
    };
  },
});
