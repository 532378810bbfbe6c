import { SHIPPED } from "@rainhooks/app-list";
import type { IndexDescription, TableDescription } from "@rainhooks/dynamodb/table-description";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { stageData } from "@rainhooks/infra/stores/stage-data";
import { tablesOf } from "@rainhooks/webhook/resources";
import { WITH_ALL } from "./alarms-page.ts";
import { tableOf } from "./markdown.ts";
import { RETENTIONS } from "./retention-table.ts";

const HEAD = `# Tables

The DynamoDB tables of a stage, \`rainhooks-<stage>-<table>\`: what an item has, by which keys it is found, and what ends it. A table of a store that can be [rebuilt](rebuild.md) is there
twice: \`…\` and \`…-b\`, of which one is live. What each keeps of people is in [personal data](personal-data.md).

Query them with the commands, the [HTTP API](http-api.md) or \`rainhooks export\`. Attributes are not an interface: a later version may change them ([upgrading](upgrading.md)).

This page is made from the stacks by \`npm run reference\`.
`;

/** Returns the text of docs/tables.md. */
export function tablesPage(): string {
  const { tables } = stageData(WITH_ALL, SHIPPED);
  const sorted = tables.toSorted((a, b) => a.name.localeCompare(b.name));
  return [HEAD, ...sorted.map(sectionOf)].join("\n");
}

function sectionOf(table: TableDescription): string {
  const { name, indexes = [], ttlAttribute, store } = table;
  const kept = RETENTIONS[name];
  const used = SHIPPED.flatMap((one) =>
    (name === filterRulesTable.name && one.trigger === "topics" && one.filtered) ||
    tablesOf(one).some((used) => used.name === name)
      ? [one.name]
      : [],
  );
  return [
    `## ${name}\n`,
    `${capital(kept?.what ?? "")}.${store === undefined ? "" : ` Rebuilt with \`rainhooks rebuild start ${store}\`.`} ${used.length === 0 ? "Used by commands." : `Used by ${used.map((one) => `\`${one}\``).join(", ")}.`}\n`,
    tableOf(
      ["by", "partition key", "sort key", "further attributes"],
      [
        row("the table", table, "all"),
        ...indexes.map((index) =>
          row(`\`${index.name}\``, index, (index.projected ?? []).map(code).join(", ") || "–"),
        ),
      ],
    ),
    "",
    `Items end: ${kept?.until ?? ""}${ttlAttribute === undefined ? "" : ` (attribute \`${ttlAttribute}\`)`}.\n`,
  ].join("\n");
}

function row(by: string, keys: TableDescription | IndexDescription, rest: string): string[] {
  return [by, keyOf(keys.partitionKey), keyOf(keys.sortKey), rest];
}

function keyOf(key: TableDescription["sortKey"]): string {
  return key === undefined ? "–" : `${code(key.name)} (${key.type === "S" ? "text" : "number"})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function code(text: string): string {
  return `\`${text}\``;
}
