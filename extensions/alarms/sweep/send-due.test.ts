import { describe, expect, it } from "@jest/globals";
import { eachStage, minutesOf, type PlayedStage } from "../testing/played-stage.ts";
import type { AlarmEvent } from "./alarm-event.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const OFFLINE = { name: "offline-10m", kind: "offline", for: "10m" };

let stage: PlayedStage;
eachStage(START_MS, [OFFLINE], (one) => {
  stage = one;
});

const at = (minute: number) => {
  stage.nowMs = START_MS + minute * MIN;
};
const notices = () => [
  ...new Map(
    stage.sent.map(({ id, notice, alarms }) => [
      id,
      `${notice} ${alarms.map((one) => one.node_id).join()}`,
    ]),
  ).values(),
];
const offline = async (count: number) => {
  for (let node = 0; node < count; node += 1)
    await stage.write(minutesOf(`n${node}`, START_MS, -1));
};

describe("events about alarms, when a sweep ends between sending and noting it", () => {
  it("events about alarms, when a sweep ends between sending and noting it, say the end of an alarm that ended meanwhile", async () => {
    at(1);
    await offline(1);
    at(12);
    await stage.killedAfterSending(0);
    at(13);
    await stage.write(minutesOf("n0", START_MS, 13));
    await stage.play(7);
    expect(notices()).toEqual(["raised n0", "cleared n0"]);
  });

  it("events about alarms, when a sweep ends between sending and noting it, retract an alarm that turned out not to have happened meanwhile", async () => {
    at(1);
    await offline(1);
    at(12);
    await stage.killedAfterSending(0);
    await stage.write(minutesOf("n0", START_MS, 5));
    await stage.play(7);
    expect(notices()).toEqual(["raised n0", "retracted n0"]);
  });

  it("events about alarms, when a sweep ends between sending and noting it, have the same id and content again, also if there are many alarms and some of them were noted", async () => {
    at(1);
    await offline(30);
    at(12);
    await stage.killedAfterSending(10);
    const [first] = stage.sent;
    at(13);
    await stage.write(minutesOf("n0", START_MS, 13));
    await stage.play(8);
    const again = stage.sent.filter(({ id }) => id === first?.id);
    expect(again.length).toBeGreaterThan(1);
    for (const one of again) expect(one).toEqual(first);
    const raised = [...new Map(stage.sent.map((event) => [event.id, event])).values()]
      .filter(({ notice }) => notice === "raised")
      .flatMap(({ alarms }) => alarms.map(({ node_id }) => node_id));
    expect(raised.toSorted()).toEqual(
      Array.from({ length: 30 }, (_, node) => `n${node}`).toSorted(),
    );
    expect(notices().at(-1)).toBe("cleared n0");
  });
});

describe("events about what a sweep finds", () => {
  const raised = () =>
    stage.sent.flatMap(({ notice, alarms }) =>
      notice === "raised" ? alarms.map((one) => one.node_id) : [],
    );

  it("events about what a sweep finds are sent by this sweep, in however many pieces it works; what the next one finds is told by that", async () => {
    at(1);
    await offline(30);
    at(12);
    await stage.sweep({ pieceSize: 7 });
    expect(new Set(raised()).size).toBe(30);
    for (const node of ["late1", "late2"]) await stage.write(minutesOf(node, START_MS, -3));
    await stage.play(1);
    expect(raised().slice(30).toSorted()).toEqual(["late1", "late2"]);
  });
});

describe("events about many alarms, when SNS does not take them", () => {
  it("events about many alarms, when SNS does not take them, are sent with the same id and content, and no alarm of theirs in another event", async () => {
    at(1);
    await offline(30);
    at(12);
    let isDown = true;
    const send = async (events: readonly AlarmEvent[]) => {
      if (isDown) throw new Error("SNS is down");
      stage.sent.push(...events);
    };
    await expect(stage.sweep({ send, pieceSize: 12 })).rejects.toThrow("SNS is down");
    at(13);
    await expect(stage.sweep({ send, pieceSize: 12 })).rejects.toThrow("SNS is down");
    isDown = false;
    await stage.play(8);
    const raised = stage.sent.flatMap(({ notice, alarms }) =>
      notice === "raised" ? alarms.map(({ node_id }) => node_id) : [],
    );
    expect(raised.toSorted()).toEqual(
      Array.from({ length: 30 }, (_, node) => `n${node}`).toSorted(),
    );
  });
});

describe("what receivers know", () => {
  it("what receivers know is the id that was sent last: an alarm that is revised and then retracted is taken back under the new one", async () => {
    at(2);
    await stage.write(minutesOf("n0", START_MS, -2));
    await stage.play(10);
    await stage.write(minutesOf("n0", START_MS, -1));
    await stage.play(1);
    await stage.write(minutesOf("n0", START_MS, 6));
    await stage.play(12);
    expect(notices()).toEqual(["raised n0", "revised n0", "retracted n0"]);
    const [raised, revised, retracted] = stage.sent.map(({ alarms }) => alarms[0]);
    expect(revised?.was).toBe(raised?.alarm_id);
    expect(retracted?.alarm_id).toBe(revised?.alarm_id);
  });

  it("what receivers know becomes raised if an alarm that was over when it was found lasts after all", async () => {
    await stage.addRule({ name: "flapping", kind: "flapping", count: 2, window: "10m" });
    at(20);
    await stage.write(minutesOf("n0", START_MS, -1, 2, -5, 6));
    await stage.sweep();
    expect(notices()).toEqual([]);
    await stage.write(minutesOf("n0", START_MS, -12, 13));
    await stage.play(1);
    expect(notices()).toEqual(["raised n0"]);
    await stage.play(8);
    expect(notices()).toEqual(["raised n0", "cleared n0"]);
  });
});
