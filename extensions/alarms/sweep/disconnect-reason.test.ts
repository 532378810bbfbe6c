import { describe, expect, it } from "@jest/globals";
import { BackTest } from "../back-test/back-test.ts";
import { readRule } from "../rule/read-rule.ts";
import { eachStage } from "../testing/each-stage.ts";
import { eventOf, minutesOf, type PlayedStage } from "../testing/played-stage.ts";

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
  eventOf("node_session_ended", START_MS + minute * MIN + 400, { node_id, reason, session_id: "s" });
const notices = () =>
  stage.sent.flatMap(({ notice, rule, alarms }) =>
    alarms.map(({ node_id, reason }) => `${notice} ${rule} ${node_id} ${reason}`),
  );

describe("the reason of a disconnect", () => {
  it("is in the alarm", async () => {
    at(2);
    await stage.write([
      ...minutesOf("kitchen", START_MS, 1, -2),
      ended("kitchen", 2, "MQTT_KEEP_ALIVE_TIMEOUT"),
    ]);
    await stage.play(11);
    expect(notices()).toEqual(["raised offline-10m kitchen MQTT_KEEP_ALIVE_TIMEOUT"]);
    // It stays when the next session ends for another reason.
    await stage.write([...minutesOf("kitchen", START_MS, 13, -14), ended("kitchen", 14, "CONNECTION_LOST")]);
    await stage.play(6);
    expect(notices()[1]).toBe("cleared offline-10m kitchen MQTT_KEEP_ALIVE_TIMEOUT");
  });

  it.each(["SERVER_ERROR", "SERVER_INITIATED_DISCONNECT", "DUPLICATE_CLIENTID"])(
    "raises nothing if it is no fault of the node: %s",
    async (reason) => {
      at(5);
      await stage.write(minutesOf("kitchen", START_MS, 1, -2, 3, -4, 5, -6));
      await stage.write([2, 4, 6].map((minute) => ended("kitchen", minute, reason)));
      await stage.play(20);
      expect(await stage.alarmsOf("kitchen")).toEqual([]);
    },
  );

  it("that is known late takes back what was raised; the back-test finds the same", async () => {
    at(2);
    const events = [...minutesOf("kitchen", START_MS, 1, -2), ...minutesOf("hall", START_MS, 1, -2)];
    await stage.write(events);
    await stage.play(11);
    expect(notices()).toHaveLength(2);
    const late = ended("kitchen", 2, "SERVER_ERROR");
    await stage.write([late]);
    await stage.play(6);
    expect(notices().slice(2)).toEqual(["retracted offline-10m kitchen undefined"]);
    const versions = [
      { rule: readRule(JSON.stringify(OFFLINE)), version: 1, fromMs: START_MS, untilMs: undefined },
    ];
    const test = new BackTest({ versions, fromMs: START_MS, toMs: stage.nowMs });
    for (const event of [...events, late]) test.add(event);
    expect(test.alarms().map(({ nodeId }) => nodeId)).toEqual(["hall"]);
  });
});
