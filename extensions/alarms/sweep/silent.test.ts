import { describe, expect, it } from "@jest/globals";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { alarmState } from "../alarms/alarm.ts";
import { eachStage, eventOf, type PlayedStage } from "../testing/played-stage.ts";

/** A full hour. */
const B_MS = Date.UTC(2026, 10, 24, 12);
const QUIET = { name: "quiet", kind: "silent", for: "2h" };

let stage: PlayedStage;
eachStage(B_MS - 10 * HOUR_MS, [QUIET], (one) => {
  stage = one;
});

/** Delivers an event at `nowMs` that is about another time. */
const send = async (
  type: "node_connected" | "node_disconnected" | "node_params_changed",
  atMs: number,
) => {
  const data =
    type === "node_params_changed" ? { node_id: "kitchen", params: {} } : { node_id: "kitchen" };
  await stage.write([eventOf(type, atMs, data, stage.nowMs)]);
};
const live = async (type: Parameters<typeof send>[0], atMs: number) => {
  stage.nowMs = atMs;
  await send(type, atMs);
};
const kept = async () =>
  (await stage.alarmsOf("kitchen"))
    .filter(({ retractedMs }) => retractedMs === undefined)
    .map((alarm) => [(alarm.startMs - B_MS) / HOUR_MS, alarmState(alarm, stage.nowMs)]);

describe("a rule about nodes that send nothing", () => {
  it("a rule about nodes that send nothing takes its alarm back when late events fill the silence, hour by hour", async () => {
    await live("node_connected", B_MS - 9 * HOUR_MS);
    await live("node_params_changed", B_MS - 3.5 * HOUR_MS);
    stage.nowMs = B_MS - HOUR_MS;
    await stage.play(61);
    expect(await kept()).toEqual([
      [-8, "cleared"],
      [-3, "raised"],
    ]);
    for (const minutes of [-2 * 60 - 10, -2 * 60 + 30 - 0, -60 - 30, 2]) {
      stage.nowMs += 6 * MINUTE_MS;
      await send("node_params_changed", B_MS + minutes * MINUTE_MS);
      await stage.sweep();
    }
    await stage.play(28);
    expect(await kept()).toEqual([[-8, "cleared"]]);
  });

  it("a rule about nodes that send nothing ends it when a node connects that was known by its readings alone", async () => {
    await live("node_params_changed", B_MS - 6 * HOUR_MS);
    stage.nowMs = B_MS - 3 * HOUR_MS;
    await stage.play(60);
    expect(await kept()).toEqual([[-5, "raised"]]);
    await live("node_connected", B_MS - HOUR_MS);
    await stage.play(10);
    expect(await kept()).toEqual([[-5, "cleared"]]);
  });

  it.each([3.05, 3.5, 4, 5, 8])(
    "a rule about silence finds that of a node whose first event is known %d hours late",
    async (hours) => {
      stage.nowMs = B_MS - 3 * HOUR_MS;
      await send("node_params_changed", stage.nowMs - hours * HOUR_MS);
      await stage.play(10);
      expect(await kept()).toEqual([[Math.floor(-3 - hours) + 1, "raised"]]);
    },
  );

  it("a rule about silence finds that of a node whose first known change of state is a disconnect", async () => {
    await live("node_params_changed", B_MS - 6 * HOUR_MS);
    await live("node_disconnected", B_MS - 2 * HOUR_MS);
    await stage.play(61);
    expect(await kept()).toEqual([[-5, "raised"]]);
  });
});
