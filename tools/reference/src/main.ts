/* Writes what docs have from source: npm run reference. */
import { writeFileSync } from "node:fs";
import { GENERATED, pathOf } from "./pages.ts";

for (const [name, make] of Object.entries(GENERATED)) writeFileSync(pathOf(name), await make());
