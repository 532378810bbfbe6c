/* Writes docs/stage-fields.md from the types, docs/stage-alarms.md and a table of docs/personal-data.md from the stacks: npm run fields. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alarmsPage } from "./alarms-page.ts";
import { stageFields } from "./fields.ts";
import { fieldsPage } from "./fields-page.ts";
import { withKeptTable } from "./kept-table.ts";

const pathOf = (name: string) => join(import.meta.dirname, "../../../docs", name);
const write = (name: string, text: string) => writeFileSync(pathOf(name), text);

write("stage-fields.md", fieldsPage(stageFields()));
write("stage-alarms.md", alarmsPage());
write("personal-data.md", withKeptTable(readFileSync(pathOf("personal-data.md"), "utf8")));
