/*
 * Writes docs/stage-fields.md from the types, docs/stage-alarms.md and a table of docs/personal-data.md from the stacks, and docs/images/dashboard.svg from a
 * played day: npm run fields.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTables } from "@rainhooks/app-e2e/outage-world";
import { startTables } from "@rainhooks/embedded-dynamodb";
import { playBadDay } from "../testing/bad-day.ts";
import { alarmsPage } from "./alarms-page.ts";
import { dashboardPicture } from "./dashboard-picture.ts";
import { stageFields } from "./fields.ts";
import { fieldsPage } from "./fields-page.ts";
import { withKeptTable } from "./kept-table.ts";

const pathOf = (name: string) => join(import.meta.dirname, "../../../docs", name);
const write = (name: string, text: string) => writeFileSync(pathOf(name), text);

write("stage-fields.md", fieldsPage(stageFields()));
write("stage-alarms.md", alarmsPage());
write("personal-data.md", withKeptTable(readFileSync(pathOf("personal-data.md"), "utf8")));

const tables = await startTables();
try {
  await createTables(tables);
  write("images/dashboard.svg", dashboardPicture(await playBadDay(tables)));
} finally {
  await tables.stop();
}
