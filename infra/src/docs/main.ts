/* Writes docs/stage-fields.md from the types, and docs/stage-alarms.md from the stacks: npm run fields. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { alarmsPage } from "./alarms-page.ts";
import { stageFields } from "./fields.ts";
import { fieldsPage } from "./fields-page.ts";

const write = (name: string, text: string) =>
  writeFileSync(join(import.meta.dirname, "../../../docs", name), text);

write("stage-fields.md", fieldsPage(stageFields()));
write("stage-alarms.md", alarmsPage());
