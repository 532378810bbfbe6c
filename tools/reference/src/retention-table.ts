import { SHIPPED } from "@rainhooks/app-list";
import { RESULT_RETENTION_DAYS } from "@rainhooks/infra/archive/catalog";
import { synthesize } from "@rainhooks/infra/synthesize";
import { type ResourceJson, resources } from "@rainhooks/stack/stack-json";
import { WITH_ALL } from "./alarms-page.ts";
import { tableOf } from "./markdown.ts";

/** What a table has of people and nodes, and what ends it. */
interface Retention {
  readonly what: string;
  /** How long, in words: the code of a table decides that. */
  readonly until: string;
}

const WHILE_USED = "until it is removed";
const timelineDays = daysOf("node-status", "timelineDays");
const seriesDays = daysOf("time-series", "retentionDays");

/** Returns the default of a setting, and its name. */
function daysOf(webhook: string, name: string): string {
  const setting = SHIPPED.find((one) => one.name === webhook)?.settings[name];
  if (setting === undefined || !("default" in setting))
    throw new TypeError(`${webhook} has no ${name}.`);
  return `${setting.default === 0 ? "for ever" : `${setting.default} days`} (setting \`${name}\`)`;
}

/** What each table keeps. */
export const RETENTIONS: Readonly<Record<string, Retention>> = {
  "node-status": {
    what: "status, firmware and last alert of nodes; ids of their users; tags",
    until: "as long as the node is known",
  },
  "node-timeline": { what: "connects, disconnects and alerts of nodes", until: timelineDays },
  "fleet-samples": { what: "counts of nodes, no personal data", until: "400 days" },
  "time-series": { what: "readings of nodes", until: seriesDays },
  "time-series-rollups": { what: "daily sums of readings", until: seriesDays },
  attempts: {
    what: "requests to destinations and their responses, ids of nodes",
    until: "30 days",
  },
  outbox: {
    what: "events that wait for a destination with batches or order, packed",
    until: "they are sent, or 30 days later",
  },
  copies: { what: "ids of events, no personal data", until: "15 days" },
  destinations: { what: "nodes that a destination selects", until: WHILE_USED },
  "filter-rules": { what: "ids of nodes and users with a rule of their own", until: WHILE_USED },
  "watch-rules": { what: "nodes that a rule or a maintenance window names", until: WHILE_USED },
  alarms: { what: "alarms of nodes", until: "400 days after their end" },
  audits: {
    what: "changes: their callers, and the nodes in them",
    until: "400 days (`auditDays`)",
  },
  replays: { what: "nodes that were selected for a replay", until: "90 days" },
  erasures: { what: "the time of each erasure, not the person", until: "for ever" },
  "archive-hours": { what: "hours, no personal data", until: "for ever" },
  rounds: { what: "what is wrong with the stage, no personal data", until: "it is over" },
  "table-slots": { what: "which tables are live", until: "for ever" },
};

/** Returns how long each store of a stage keeps what, as a table of Markdown. */
function retentionTable(): string {
  const { stack } = synthesize(WITH_ALL);
  const tables = resources(stack, "aws_dynamodb_table").map(([, table]) => table);
  const names = tables.map(({ name }) => String(name).slice(PREFIX.length));
  const rows = [...new Set(names.map(withoutSlot))].toSorted().map((name) => {
    const kept = RETENTIONS[name];
    if (kept === undefined)
      throw new TypeError(`Say in retention-table.ts what the table ${name} keeps, and how long.`);
    return [`table \`${name}\``, kept.what, kept.until];
  });
  const backups = tables.map(
    (table) => table["point_in_time_recovery"] as { readonly recovery_period_in_days: number },
  );
  const days = Math.max(...backups.map((one) => one.recovery_period_in_days));
  const queued = `up to ${most(stack, "aws_sqs_queue", "message_retention_seconds") / DAY_S} days`;
  return tableOf(
    ["where", "what", "how long"],
    [
      [
        "archive (S3)",
        "every event, unchanged: ids and names of users, ids of nodes, their data",
        "for ever, or `archive.deleteAfterDays`",
      ],
      ["older versions of its objects", "the same", `${noncurrentDays(stack)} days`],
      ...rows,
      ["backups of the tables", "all of that", `${days} days (\`tables.recoveryDays\`)`],
      ["queues", "events that wait", queued],
      ["dead-letter queues", "events that could not be handled", queued],
      [
        "logs",
        "what functions log; `hello` logs every event",
        `${most(stack, "aws_cloudwatch_log_group", "retention_in_days")} days (\`logRetentionDays\`)`,
      ],
      ["results of Athena", "results of queries", `${RESULT_RETENTION_DAYS + 1} days`],
      ["files of verifications (`work/`)", "ids and facts of nodes", "2 days"],
    ],
  );
}

/** Puts the table into its page. */
export function withRetentionTable(page: string): string {
  return page.replace(
    /(<!-- kept -->\n)[\s\S]*(<!-- \/kept -->)/,
    (_, start, end) => `${start}\n${retentionTable()}\n\n${end}`,
  );
}

const PREFIX = "rainhooks-prod-";
const DAY_S = 86_400;

function withoutSlot(name: string): string {
  return name.replace(/-b$/, "");
}

type Stack = ReturnType<typeof synthesize>["stack"];

function most(stack: Stack, type: string, field: string): number {
  return Math.max(
    ...resources(stack, type).map(([, one]: [string, ResourceJson]) => Number(one[field] ?? 0)),
  );
}

function noncurrentDays(stack: Stack): number {
  const rules = resources(stack, "aws_s3_bucket_lifecycle_configuration").flatMap(
    ([, { rule }]) => rule as readonly ResourceJson[],
  );
  const days = rules
    .filter(({ id }) => id === "cool-down")
    .map(
      ({ noncurrent_version_expiration: one }) =>
        (one as readonly { readonly noncurrent_days: number }[])[0]?.noncurrent_days ?? 0,
    );
  return Math.max(...days);
}
