import { describe, expect, it } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { resumePlanText } from "./resume.ts";
import { goneBefore } from "./resume-destination.ts";

const NOW_MS = Date.UTC(2026, 10, 26);
const week = { fromMs: NOW_MS - 7 * DAY_MS, toMs: NOW_MS };

describe("what a destination missed that is gone", () => {
  it("nothing is gone if the archive keeps all, or if fewer days are requested than it keeps", () => {
    expect(goneBefore([week], undefined, NOW_MS)).toBeUndefined();
    expect(goneBefore([week], 7, NOW_MS)).toBeUndefined();
    expect(goneBefore([], 3, NOW_MS)).toBeUndefined();
  });

  it("events older than the archive are gone: four days of a week if it keeps three", () => {
    const goneBeforeMs = goneBefore([week], 3, NOW_MS);
    expect(goneBeforeMs).toBe(NOW_MS - 3 * DAY_MS);
    const settings = readSettings({ id: "crm", url: "https://crm.example.com" });
    const destination = {
      ...destinationOf(settings, { nowMs: 0 }),
      state: "paused",
      pausedAtMs: week.fromMs,
    } as const;
    const text = resumePlanText(destination, {
      missed: [week],
      matched: 12_345,
      byType: { alert: 12_000, node_connected: 345 },
      isIncomplete: true,
      goneBeforeMs,
      rate: 50,
      seconds: 247,
    });
    expect(text).toMatch(
      /gone +what was published before 2026-11-23 00:00:00 UTC: the archive has deleted it/,
    );
    expect(text).toMatch(/missed +published 2026-11-19 00:00:00 to 2026-11-26 00:00:00 UTC/);
    expect(text).toMatch(/to send +up to 12,345 deliveries \(alert 12,000, node_connected 345\)/);
    expect(text).toMatch(/not counted +what is not archived yet/);
  });
});
