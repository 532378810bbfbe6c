import type { FilterRule } from "@rainhooks/filter/rule";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { optionalText } from "@rainhooks/stage/query/params/kinds";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { formatTime } from "@rainhooks/stage/terminal/format-table";

/** What differs between the filters of RainMaker and the rules of a stage. */
interface PlannedSync {
  readonly tableName: string;
  readonly added: readonly FilterRule[];
  readonly changed: readonly FilterRule[];
  readonly deleted: readonly FilterRule[];
  /** How many rules there are then. */
  readonly rules: number;
}

/** Gives a stage the rules that RainMaker has. The login is in a file of this machine. */
export const syncFilters = defineOperation({
  name: "syncFilters",
  summary: "Copy RainMaker's filters to the stage, so that its webhooks apply them",
  request: {
    credentials: optionalText({
      description: "File with the login (default: ~/.config/rainhooks/rainmaker.json).",
      placeholder: "file",
      maxLength: 4096,
    }),
  },
  permission: "terminal",
  changes: "something",
  command: {
    words: "rainmaker filters sync",
    dryRun: ["--dry-run", "show what would be done, and change nothing"],
  },
  plan: async (stage, option): Promise<PlannedSync> => {
    const { diffRules } = await import("@rainhooks/filter/diff");
    const { parseRules } = await import("@rainhooks/filter/parse-rules");
    const { ruleKeyText } = await import("@rainhooks/filter/rule");
    const { readAllRules } = await import("@rainhooks/filter/rule-table");
    const { listAllFilters } = await import("@rainhooks/rainmaker/registration");
    const { loggedIn } = await import("./credentials.ts");
    const table = await rulesTable(stage);
    const theirs = parseRules(await listAllFilters(await loggedIn(option), "admin"));
    const ours = await readAllRules(table);
    const known = new Set(ours.map(ruleKeyText));
    const { puts, deletes: deleted } = diffRules(ours, theirs);
    const isKnown = (rule: FilterRule) => known.has(ruleKeyText(rule));
    return {
      tableName: table.tableName,
      deleted,
      rules: theirs.length,
      added: puts.filter((rule) => !isKnown(rule)),
      changed: puts.filter(isKnown),
    };
  },
  needsPlan: true,
  run: async (stage, _, { plan }) => {
    const { writeRules } = await import("@rainhooks/filter/rule-table");
    const { added, changed, deleted, ...rest } = await plan();
    const isChange = added.length + changed.length + deleted.length > 0;
    const fromMs = isChange
      ? await writeRules(await rulesTable(stage), [...added, ...changed], deleted)
      : undefined;
    return { ...rest, added, changed, deleted, fromMs };
  },
  view: {
    plan: (plan) => differenceText(plan, ["would change", "would delete"]),
    result: ({ fromMs, ...done }) => {
      const text = differenceText(done, ["changed", "deleted"]);
      if (fromMs === undefined) return text;
      return `${text}\nThe changes hold for events that are published from ${formatTime(fromMs)} UTC on.`;
    },
  },
  recorded: { plan: countsOf, result: countsOf },
});

/** @throws {RainhooksError} `input-invalid` for a stage whose events are not RainMaker's. */
async function rulesTable(stage: StageAccess) {
  const { filterRulesTable } = await import("@rainhooks/filter/filter-rules-table");
  const { tableOf } = await import("@rainhooks/stage/stage-access");
  const { refuseSource } = await import("./refuse-source.ts");
  refuseSource(stage.outputs);
  return { client: stage.clients.dynamodb, tableName: tableOf(stage, filterRulesTable.name) };
}

function countsOf({ added, changed, deleted }: PlannedSync): object {
  return { added: added.length, changed: changed.length, deleted: deleted.length };
}

function differenceText(
  { tableName, added, changed, deleted, rules }: PlannedSync,
  [change, remove]: readonly [string, string],
): string {
  const lines = (mark: string, of: readonly FilterRule[]) =>
    of.map((rule) => `${mark} ${ruleText(rule)}`);
  const total = `${tableName}: ${change} ${added.length + changed.length}, ${remove} ${deleted.length}, ${rules} in all`;
  return [...lines("+", added), ...lines("~", changed), ...lines("-", deleted), total].join("\n");
}

function ruleText({ level, entityId, eventType, enabled, integrations }: FilterRule): string {
  return `${level} ${entityId}: ${eventType} ${enabled ? "on" : "off"} for ${integrations.join(", ") || "no integration"}`;
}
