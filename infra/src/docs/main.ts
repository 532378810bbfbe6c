/* Writes docs/stage-fields.md from the types: npm run fields. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stageFields } from "./fields.ts";
import { fieldsPage } from "./fields-page.ts";

writeFileSync(join(import.meta.dirname, "../../../docs/stage-fields.md"), fieldsPage(stageFields()));
