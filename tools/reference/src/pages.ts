import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alarmsPage } from "./alarms-page.ts";
import { asyncApiDocument } from "./asyncapi.ts";
import { commandsPage } from "./commands-page.ts";
import { decisionsPage } from "./decisions-page.ts";
import { stageFields } from "./fields.ts";
import { fieldsPage } from "./fields-page.ts";
import { httpApiPage } from "./http-api-page.ts";
import { withRetentionTable } from "./retention-table.ts";
import { withRightsTable } from "./rights-table.ts";
import { settingsPage } from "./settings-page.ts";
import { tablesPage } from "./tables-page.ts";

/** Returns the path of a file in docs. */
export function pathOf(name: string): string {
  return join(import.meta.dirname, "../../../docs", name);
}

/** What is made from source, by its path in docs. */
export const GENERATED: Readonly<Record<string, () => string | Promise<string>>> = {
  "stage-fields.md": () => fieldsPage(stageFields()),
  "stage-alarms.md": alarmsPage,
  "commands.md": commandsPage,
  "function-settings.md": settingsPage,
  "tables.md": tablesPage,
  "http-api.md": httpApiPage,
  "asyncapi.json": () => `${JSON.stringify(asyncApiDocument(), null, 2)}\n`,
  "decisions/README.md": decisionsPage,
  "deploy.md": () => withRightsTable(readFileSync(pathOf("deploy.md"), "utf8")),
  "personal-data.md": () => withRetentionTable(readFileSync(pathOf("personal-data.md"), "utf8")),
};
