import { describe, expect, it } from "@jest/globals";
import { eachStage, eventOf, minutesOf, type PlayedStage } from "../testing/played-stage.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const OFFLINE = { name: "offline-10m", kind: "offline", for: "10m" };
const FLAPPING = { name: "flapping", kind: "flapping", count: 3, window: "10m" };

let stage: PlayedStage;
eachStage(START_MS, [OFFLINE, FLAPPING], (one) => {
  stage = one;
});

const at = (minute: number) => {
  stage.nowMs = START_MS + minute * MIN;
};
const ended = (node_id: string, minute: number, reason: string) =>
  eventOf("node_session_ended", START_MS + minute * MIN + 400, {
    node_id,
    reason,
    session_id: "s",
  });
const notices = () =>
  stage.sent.flatMap(({ notice, rule, alarms }) =>
    alarms.map(({ node_id, reason }) => `${notice} ${rule} ${node_id} ${reason}`),
  );

describe("the reason of a disconnect", () => {
  it("the reason of a disconnect is in the alarm", async () => {
    at(2);
    await stage.write([
      ...minutesOf("kitchen", START_MS, 1, -2),
      ended("kitchen", 2, "MQTT_KEEP_ALIVE_TIMEOUT"),
    ]);
    await stage.play(11);
    expect(notices()).toEqual(["raised offline-10m kitchen MQTT_KEEP_ALIVE_TIMEOUT"]);
    // It stays when the next session ends for another reason.
    await stage.write([
      ...minutesOf("kitchen", START_MS, 13, -14),
      ended("kitchen", 14, "CONNECTION_LOST"),
    ]);
    await stage.play(6);
    expect(notices()[1]).toBe("cleared offline-10m kitchen MQTT_KEEP_ALIVE_TIMEOUT");
  });
});
