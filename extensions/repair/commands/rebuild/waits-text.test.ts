import { expect, test } from "@jest/globals";
import { minWaitsMs } from "../../rebuild/waits.ts";
import { waitsText } from "./plan-rebuild.ts";

const LOCAL = { settleMs: 45_000, clockMarginMs: 0, archivedMs: 20_000, handledMs: 1000, sweptMs: 120_000 };
const DEPLOYED = { ...LOCAL, clockMarginMs: 120_000, archivedMs: 360_000, handledMs: 600_000, sweptMs: 0 };

test("the plan says all waits of a rebuild, and their sum", () => {
  expect([minWaitsMs(LOCAL), minWaitsMs(DEPLOYED)]).toEqual([250_000, 1_290_000]);
  expect(waitsText(LOCAL, minWaitsMs(LOCAL))).toBe(
    "at least 4 min 10 s: until all functions write to both tables, 45 s, and that is archived, 20 s; until they write to the new ones first, 45 s, and it can be verified, 20 s; until alarms are swept, 2 min",
  );
  expect(waitsText(DEPLOYED, minWaitsMs(DEPLOYED))).toBe(
    "at least 21 min 30 s: until all functions write to both tables, 2 min 45 s, and that is archived, 6 min; until they write to the new ones first, 2 min 45 s, and it can be verified, 10 min",
  );
});
