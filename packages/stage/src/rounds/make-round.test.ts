import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { HOUR_MS } from "@rainhooks/core/durations";
import { deadLettersFlood, deadLettersLeft, oldestMessage } from "./checks/queues.ts";
import { nothingIn, topicSilent } from "./checks/silence.ts";
import type { RoundCheck, RoundFinding } from "./round-check.ts";
import { readRoundsItems, roundsWriter, takeLease } from "./rounds-items.ts";
import { startRoundWorld } from "./testing/round-world.ts";

let all: Awaited<ReturnType<typeof startRoundWorld>>;

beforeAll(async () => {
  all = await startRoundWorld();
});

afterAll(() => all.stop());

/** A check that finds what a test says. */
function scripted(level: RoundCheck["level"]) {
  const found: RoundFinding[] = [];
  const check: RoundCheck = {
    name: "door",
    level,
    alarmOf: level === "now" ? () => "door" : (id) => `${id}-door`,
    description: "A door is open.",
    toldWhen: "at once",
    find: async () => [...found],
  };
  return { found, check };
}

const subjects = () =>
  all.told.map(
    ({ subject, topic }) =>
      `${subject.replaceAll('"', "")} ${topic.endsWith("urgent") ? "(urgent)" : ""}`,
  );

describe("a round", () => {
  it("a round tells what begins, once a day while it lasts, and when it ends", async () => {
    const { round } = await all.stage();
    const { check, found } = scripted("today");
    found.push({ id: "front", text: "The front door is open." });
    await round([check]);
    for (let hour = 0; hour < 25; hour += 1) {
      all.later(1);
      await round([check]);
    }
    expect(subjects()).toEqual([
      "ALARM: rainhooks-test-front-door in us-east-1 ",
      "ALARM: rainhooks-test-front-door in us-east-1 ",
    ]);
    expect(all.told[0]?.reason).toBe(
      "The front door is open. Seen since 2026-11-02T00:00:00.000Z.",
    );
    found.length = 0;
    await round([check]);
    await round([check]);
    expect(subjects().slice(2)).toEqual(["OK: rainhooks-test-front-door in us-east-1 "]);
  });

  it("a page is told to the urgent topics, too, and a second finding sends no second one", async () => {
    const { round } = await all.stage();
    const { check, found } = scripted("now");
    found.push({ id: "front", text: "Front." });
    await round([check]);
    found.push({ id: "back", text: "Back." });
    await round([check]);
    found.shift();
    await round([check]);
    expect(subjects()).toEqual([
      "ALARM: rainhooks-test-door in us-east-1 ",
      "ALARM: rainhooks-test-door in us-east-1 (urgent)",
    ]);
    found.length = 0;
    await round([check]);
    expect(subjects().slice(2)).toEqual([
      "OK: rainhooks-test-door in us-east-1 ",
      "OK: rainhooks-test-door in us-east-1 (urgent)",
    ]);
  });

  it("what has not lasted long enough is told to nobody, neither when it begins nor when it ends", async () => {
    const { round } = await all.stage();
    const { check, found } = scripted("today");
    found.push({ id: "front", text: "Front.", lastsMs: 2 * HOUR_MS });
    await round([check]);
    all.later(1);
    await round([check]);
    found.length = 0;
    await round([check]);
    expect(all.told).toEqual([]);
  });

  it("what could not be told is told by the next round, and other checks are made", async () => {
    const { round, table } = await all.stage();
    const first = scripted("today");
    const second = scripted("now");
    first.found.push({ id: "front", text: "Front." });
    all.world.snsFails = true;
    const checks = [first.check, { ...second.check, name: "gate" }];
    await expect(round(checks)).rejects.toThrow("door: SNS is down");
    expect((await readRoundsItems(table)).open).toEqual([]);
    all.world.snsFails = false;
    expect(await round(checks)).toEqual({ told: 1 });
  });

  it("a check that fails leaves what it has found before as it is", async () => {
    const { round, table } = await all.stage();
    const { check, found } = scripted("today");
    found.push({ id: "front", text: "Front." });
    await round([check]);
    const denied: RoundCheck = { ...check, find: () => Promise.reject(new Error("denied")) };
    await expect(round([denied])).rejects.toThrow("door: denied");
    expect((await readRoundsItems(table)).open).toHaveLength(1);
    // One whose extension is gone is forgotten.
    await round([]);
    expect((await readRoundsItems(table)).open).toEqual([]);
  });

  it("a silence holds back what begins until it ends", async () => {
    const { round, table } = await all.stage();
    const { check, found } = scripted("today");
    const untilMs = all.world.nowMs + 2 * HOUR_MS;
    await roundsWriter(table).silence({ alarm: "front-door", untilMs });
    found.push({ id: "front", text: "Front." });
    await round([check]);
    all.later(1);
    await round([check]);
    expect(all.told).toEqual([]);
    all.later(1);
    await round([check]);
    expect(subjects()).toHaveLength(1);
    expect((await readRoundsItems(table)).silences).toEqual([]);
  });

  it("two rounds are never made at one time, and one that died holds up no later one", async () => {
    const { round, table } = await all.stage();
    expect(await takeLease(table, "other", all.world.nowMs)).toBe(true);
    expect(await round([])).toBeUndefined();
    all.later(0.1);
    expect(await round([])).toEqual({ told: 0 });
  });
});

describe("silence", () => {
  it("a webhook that never got an event is not silent: a fresh stage rings nothing", async () => {
    const { round } = await all.stage();
    for (let hour = 0; hour < 100; hour += 1) {
      await round([nothingIn, topicSilent]);
      all.later(1);
    }
    expect(all.told).toEqual([]);
  });

  it("a webhook that had events for two weeks is silent after a day without", async () => {
    const { round, handle } = await all.stage();
    for (let hour = 0; hour < 15 * 24; hour += 1) {
      await handle("params");
      await round([nothingIn]);
      all.later(1);
    }
    for (let hour = 0; hour < 26; hour += 1) {
      await round([nothingIn]);
      all.later(1);
    }
    expect(subjects()[0]).toBe("ALARM: rainhooks-test-nothing-in in us-east-1 ");
    expect(all.told[0]?.reason).toContain("lamps got no event for 25 hours");
    await handle("params");
    await round([nothingIn]);
    expect(subjects().at(-1)).toBe("OK: rainhooks-test-nothing-in in us-east-1 (urgent)");
  });

  it("a fleet that rests at weekends rings nothing, nor does an event each 25 hours", async () => {
    for (const isHandled of [
      (hour: number) => hour % (7 * 24) < 5 * 24 && hour % 24 > 6 && hour % 24 < 19,
      (hour: number) => hour % 25 === 0,
    ]) {
      const { round, handle } = await all.stage();
      for (let hour = 0; hour < 28 * 24; hour += 1) {
        if (isHandled(hour)) await handle("params");
        if (hour % 2 === 0) await round([nothingIn]);
        all.later(1);
      }
      expect(subjects()).toEqual([]);
    }
  });

  it("a topic is silent that was daily, while another one of its webhook is not", async () => {
    const { round, handle } = await all.stage();
    for (let hour = 0; hour < 9 * 24; hour += 6) {
      await handle("params", "alert");
      await round([topicSilent]);
      all.later(6);
    }
    for (let hour = 0; hour < 30; hour += 6) {
      await handle("params");
      await round([topicSilent]);
      all.later(6);
    }
    expect(subjects()).toEqual(["ALARM: rainhooks-test-topic-silent in us-east-1 "]);
    expect(all.told[0]?.reason).toContain("Nothing came from the topic alert");
  });

  it("a webhook is not silent that has not handled what was sent to it", async () => {
    const { round, handle } = await all.stage();
    await handle("params");
    all.queues.find("lamps")?.send("{}");
    for (let hour = 0; hour < 100; hour += 1) {
      await round([nothingIn]);
      all.later(1);
    }
    expect(all.told).toEqual([]);
  });
});

describe("queues", () => {
  const send = (queue: string, count: number) => {
    for (let index = 0; index < count; index += 1) all.queues.find(queue)?.send("{}");
  };

  it("a hundred dead letters within an hour are a flood, and as many in a day are none", async () => {
    const { round } = await all.stage();
    await round([deadLettersFlood]);
    for (let hour = 0; hour < 24; hour += 1) {
      all.later(1);
      send("lamps-dead-letters", 5);
      await round([deadLettersFlood]);
    }
    expect(all.told).toEqual([]);
    send("lamps-dead-letters", 101);
    await round([deadLettersFlood]);
    expect(subjects()).toContain("ALARM: rainhooks-test-dead-letters-flood in us-east-1 (urgent)");
    // While those of an earlier flood are there, the next one is told, too.
    all.later(1);
    await round([deadLettersFlood]);
    send("lamps-dead-letters", 101);
    await round([deadLettersFlood]);
    expect(subjects().filter((one) => one.endsWith("(urgent)"))).toHaveLength(3);
  });

  it("dead letters are told that nobody has taken away for a week", async () => {
    const { round } = await all.stage();
    send("lamps-dead-letters", 1);
    for (let day = 0; day < 8; day += 1) {
      expect(all.told).toEqual([]);
      await round([deadLettersLeft]);
      all.later(24);
    }
    expect(subjects()).toEqual(["ALARM: rainhooks-test-lamps-dead-letters-left in us-east-1 "]);
  });

  it("what waits for a paused function is told before SQS deletes it", async () => {
    const { round } = await all.stage({ paused: true });
    send("lamps", 2);
    for (let day = 0; day < 10; day += 1) {
      await round([oldestMessage]);
      all.later(24);
    }
    expect(all.told).toEqual([]);
    await round([oldestMessage]);
    expect(all.told[0]?.reason).toContain("2 messages for lamps, which is paused");
  });
});
