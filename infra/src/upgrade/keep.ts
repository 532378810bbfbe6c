/* Writes what no later version may change of a release: node src/upgrade/keep.ts <file>. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { lastingStages } from "./lasting.ts";

const [file = ""] = process.argv.slice(2);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(lastingStages(), undefined, 2)}\n`);
