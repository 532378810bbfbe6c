import { nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { SEED_NOW_MS, type StageSeed } from "@rainhooks/stage/testing/seeded-stage";
import { alarmIdOf } from "../episode.ts";
import { readRule } from "../rule/read-rule.ts";
import { changeWatchRule } from "../rules/rule-store.ts";
import { runSweep } from "../sweep/run-sweep.ts";
import {
  alarmsTable,
  watchedNodeTable,
  watchedSeriesTable,
  watchRulesTable,
} from "../watch-tables.ts";

/** Id of an alarm of a seeded stage: the one of node `n1`, which is offline. */
export const SEED_ALARM = alarmIdOf({
  rule: "offline",
  version: 1,
  nodeId: "n1",
  startMs: SEED_NOW_MS - 3 * 3_600_000,
});

/** A rule that finds the nodes of a seeded stage that are offline. */
export const alarmSeed: StageSeed = {
  tables: [watchedNodeTable, watchedSeriesTable, watchRulesTable, alarmsTable],
  known: { alarm: SEED_ALARM },
  fill: async (client, nameOf, description) => {
    const rules = { client, tableName: nameOf(watchRulesTable) };
    const rule = readRule(
      JSON.stringify({ name: "offline", kind: "offline", for: "10m", description }),
    );
    await changeWatchRule(rules, rule.name, { status: "in-force", rule }, 0);
    await runSweep({
      rules,
      alarms: { client, tableName: nameOf(alarmsTable) },
      nodes: {
        client,
        tableName: nameOf(watchedNodeTable),
        timelineTableName: nameOf(nodeTimelineTable),
      },
      series: { client, tableName: nameOf(watchedSeriesTable) },
      nowMs: SEED_NOW_MS,
      send: async () => undefined,
    });
  },
};
