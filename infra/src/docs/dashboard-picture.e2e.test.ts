import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createTables } from "@rainhooks/app-e2e/outage-world";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import { playBadDay } from "../testing/bad-day.ts";
import { dashboardPicture } from "./dashboard-picture.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await createTables(tables);
});
afterAll(() => tables.stop());

it("the picture in docs is what npm run reference draws of the played day", async () => {
  const path = join(import.meta.dirname, "../../../docs/images/dashboard.svg");
  expect(dashboardPicture(await playBadDay(tables)).split("\n")).toEqual(
    readFileSync(path, "utf8").split("\n"),
  );
});
