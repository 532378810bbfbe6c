import { expect, test } from "@jest/globals";
import { minWaitsMs } from "../rebuild/waits.ts";
import { waitsText, withoutPeople } from "./rebuild-text.ts";

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

test("an assistant is told how far a rebuild is, not who began it and where it runs", () => {
  const rebuild = { phase: "filling", to: "b", startedBy: "ann@example.com", host: "ann-laptop" };
  const state = { live: "a", both: true, rebuild } as unknown as Parameters<typeof withoutPeople>[0];
  expect(withoutPeople(state)).toEqual({ live: "a", both: true, rebuild: { phase: "filling", to: "b" } });
  const { rebuild: _, ...without } = state;
  expect(withoutPeople(without)).toEqual({ live: "a", both: true });
});
