import { countText } from "@rainhooks/core/count-text";
import { DAY_MS } from "@rainhooks/core/durations";
import { wrongInput } from "@rainhooks/core/errors";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import {
  choice,
  durationUpTo,
  optionalNumber,
  optionalText,
} from "@rainhooks/stage/query/params/kinds";
import { rangeOf } from "@rainhooks/stage/query/params/range";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import { loadText } from "./alarms/load.ts";
import { DROP_GROUPINGS } from "./kinds/connection.ts";
import type { CountedDrops } from "./operations/count-drops.ts";
import { ALARM_OPERATIONS } from "./operations/operate-alarms.ts";
import { RULE_OPERATIONS } from "./operations/operate-rules.ts";
import type { TestedRule } from "./operations/test-rule.ts";
import { RULE_PARAMS, ruleFieldsOf, ruleOf } from "./rule/rule-params.ts";

const MAX_NAME = 100;
const MAX_COUNT = 1_000_000_000;
const DEFAULT_DAYS = 7;
/** The name of a rule that needs none, because it is not stored. */
const UNNAMED = "tested";
const WHICH_RULE =
  "Say which rule: the name of one of the stage, --file, or what it is, such as --kind offline --for 10m.";

const HELP = `
Examples:
  rainhooks watch test offline-10m --from 2026-11-01 --to 2026-11-08
  rainhooks watch test --kind offline --for 20m
  rainhooks watch test --file rule.json`;

/** Tries a rule on the archive: a rule of the stage, or one that its fields or its JSON say. */
const ruleTest = defineOperation({
  name: "testRule",
  summary:
    "Try a rule on the archive: the alarms that it would have found; it sends and stores nothing",
  request: {
    rule: optionalText({
      description: "A rule of the stage, such as offline-10m.",
      placeholder: "rule",
      maxLength: MAX_NAME,
    }),
    maxTime: {
      ...durationUpTo("1d", {
        description: "Stop reading after this time, and show the alarms up to there.",
      }),
      fallback: { value: undefined },
    },
    maxDeliveries: optionalNumber(
      {
        description: "Stop reading after so many deliveries, and show the alarms up to there.",
        placeholder: "count",
      },
      { min: 1, max: MAX_COUNT },
    ),
    ...rangeOf("seven days before the end"),
    ...RULE_PARAMS,
  },
  permission: "values",
  changes: "nothing",
  command: { words: "watch test", args: ["rule"], help: HELP },
  run: async (stage, request, options) => {
    const { requireRule } = await import("./alarms/select-alarms.ts");
    const { ruleTableOf } = await import("./operations/tables.ts");
    const { testRule } = await import("./operations/test-rule.ts");
    const { rule: name, text, maxTime: maxTimeMs, maxDeliveries, to: toMs = Date.now() } = request;
    const { from: fromMs = toMs - DEFAULT_DAYS * DAY_MS } = request;
    const isWritten = text !== undefined || Object.keys(ruleFieldsOf(request)).length > 0;
    if (!isWritten && name === undefined) throw wrongInput(WHICH_RULE);
    const rule = isWritten
      ? ruleOf(text === undefined ? (name ?? UNNAMED) : name, request)
      : (await requireRule(ruleTableOf(stage), name ?? "")).last.rule;
    return testRule(stage, { rule, fromMs, toMs, maxTimeMs, maxDeliveries }, options);
  },
  view: { result: testText },
});

const MAX_LISTED = 50;

/** Shows the alarms that a rule would have found. */
function testText({ load, alarms, reachedMs, deliveries }: TestedRule): string {
  const rows = alarms
    .slice(0, MAX_LISTED)
    .map(({ nodeId, series, startMs, raisedMs, endMs }) => [
      series === undefined ? nodeId : `${nodeId} ${series}`,
      formatTime(startMs),
      formatTime(raisedMs),
      endMs === undefined ? "-" : formatTime(endMs),
    ]);
  const stopped =
    reachedMs !== undefined &&
    `Stopped after ${countText(deliveries, "delivery", "deliveries")}: what was published from ${formatTime(reachedMs)} UTC on was not read.`;
  const table =
    rows.length > 0 && formatTable(["node", "start (UTC)", "raised (UTC)", "end (UTC)"], rows);
  return [loadText(alarms.length, load), stopped, table && table + restText("\n", alarms.length)]
    .filter((text) => text !== false)
    .join("\n\n");
}

/** Says how many entries are not listed; the other formats have all. */
function restText(before: string, all: number): string {
  return all > MAX_LISTED ? `${before}… and ${all - MAX_LISTED} more (--json has them)` : "";
}

const DROPS_HELP = `
Examples:
  rainhooks drops                          the firmware that drops most, of the last day
  rainhooks drops --by tag --from 7d       by site, if nodes have tags such as site:pune
`;

/** Which firmware, type or site drops most. */
const drops = defineOperation({
  name: "countDrops",
  summary: "Count how often nodes went offline, by what they have in common; it reads all nodes",
  request: {
    by: choice(
      { description: "What they have in common.", placeholder: "grouping" },
      DROP_GROUPINGS,
      "firmware",
    ),
    ...rangeOf("a day before the end"),
  },
  permission: "read",
  changes: "nothing",
  command: { words: "drops", help: DROPS_HELP },
  run: async (stage, { by, from: fromMs, to: toMs }, options) =>
    (await import("./operations/count-drops.ts")).countDrops(stage, by, { fromMs, toMs }, options),
  view: {
    header: ["by", "group", "nodes", "offline", "drops", "perNodeDay"],
    rows: ({ by, groups }) =>
      groups.map(({ group, nodes, offline, drops, perNodeDay }) => {
        return [by, group, nodes, offline, drops, perNodeDay];
      }),
    result: dropsText,
  },
});

function dropsText({ by, nodes, fromMs, toMs, groups, groupCount }: CountedDrops): string {
  const about = `${countText(nodes, "node")}, from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
  if (groups.length === 0) return about;
  const rows = groups
    .slice(0, MAX_LISTED)
    .map(({ group = "(not known)", perNodeDay, ...counts }) => [
      group,
      counts.nodes,
      counts.offline,
      counts.drops,
      perNodeDay.toFixed(2),
    ]);
  const table = formatTable([by, "nodes", "offline", "drops", "per node and day"], rows);
  const more =
    groupCount === undefined ? "" : `; the first ${groups.length} of ${groupCount} groups`;
  return `${table}${restText("\n", groups.length)}\n\n${about}${more}`;
}

/** What can be done about alarms and their rules. */
export const OPERATIONS = [...ALARM_OPERATIONS, ...RULE_OPERATIONS, ruleTest, drops];
