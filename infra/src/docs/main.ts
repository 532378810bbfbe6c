/* Writes what docs have from source, and docs/images/dashboard.svg from a played day: npm run reference. */
import { writeFileSync } from "node:fs";
import { createTables } from "@rainhooks/app-e2e/outage-world";
import { startTables } from "@rainhooks/embedded-dynamodb";
import { playBadDay } from "../testing/bad-day.ts";
import { dashboardPicture } from "./dashboard-picture.ts";
import { GENERATED, pathOf } from "./pages.ts";

for (const [name, make] of Object.entries(GENERATED)) writeFileSync(pathOf(name), make());

const tables = await startTables();
try {
  await createTables(tables);
  writeFileSync(pathOf("images/dashboard.svg"), dashboardPicture(await playBadDay(tables)));
} finally {
  await tables.stop();
}
