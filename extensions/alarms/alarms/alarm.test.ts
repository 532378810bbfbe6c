import { describe, expect, it, test } from "@jest/globals";
import {
  type Alarm,
  alarmState,
  isLasting,
  isMuted,
  isOpen,
  lookMsOf,
  sendMsOf,
  unhandledFromMs,
} from "./alarm.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** An alarm that was raised at 10 and lasts. */
function alarmWith(fields: Partial<Alarm> = {}): Alarm {
  return {
    alarmId: "a1",
    rule: "gone",
    version: 1,
    nodeId: "kitchen",
    kind: "offline",
    severity: "high",
    startMs: 0,
    raisedMs: 10,
    endMs: undefined,
    ended: undefined,
    revision: 1,
    ...fields,
  };
}
const cleared = { endMs: 90, ended: "cleared" } as const;

test.each<[Partial<Alarm>, string]>([
  [{}, "raised"],
  [{ ackedMs: 20 }, "acknowledged"],
  [{ ackedMs: 20, shelvedUntilMs: 101 }, "acknowledged"],
  [{ shelvedUntilMs: 101, suppressedBy: "move" }, "shelved"],
  [{ shelvedUntilMs: 100 }, "raised"],
  [{ suppressedBy: "move" }, "suppressed"],
  [{ ...cleared, ackedMs: 20 }, "cleared"],
  [{ endMs: 90, ended: "rule-changed" }, "rule-changed"],
  [{ ...cleared, retractedMs: 95 }, "retracted"],
])("with %j, the state of an alarm at 100 is %s", (fields, state) => {
  expect(alarmState(alarmWith(fields), 100)).toBe(state);
});

test.each<[Partial<Alarm>, number]>([
  [{}, 0],
  [{ ackedMs: 20 }, NEVER],
  [{ shelvedUntilMs: 101 }, 101],
  [{ ackedMs: 20, shelvedUntilMs: 101 }, NEVER],
  [{ shelvedUntilMs: 101, suppressedBy: "move" }, NEVER],
  [cleared, NEVER],
  [{ ...cleared, latch: true }, 0],
  [{ ...cleared, latch: true, ackedMs: 95 }, NEVER],
])("nobody handles an alarm with %j from %s on", (fields, fromMs) => {
  expect(unhandledFromMs(alarmWith(fields))).toBe(fromMs);
});

test.each<[Partial<Alarm>, boolean, boolean]>([
  [{}, true, true],
  [{ retractedMs: 95 }, false, false],
  [cleared, false, false],
  [{ ...cleared, latch: true }, false, true],
  [{ ...cleared, latch: true, ackedMs: 95 }, false, false],
  [{ endMs: 90, ended: "rule-changed", latch: true }, false, false],
])("an alarm with %j lasts: %j, and is open: %j", (fields, lasts, open) => {
  expect([isLasting(alarmWith(fields)), isOpen(alarmWith(fields))]).toEqual([lasts, open]);
});

test.each<[Partial<Alarm>, boolean]>([
  [{}, false],
  [{ shelvedUntilMs: 100 }, false],
  [{ shelvedUntilMs: 101 }, true],
  [{ suppressedBy: "move" }, true],
])("messages about an alarm with %j are held back at 100: %j", (fields, expected) => {
  expect(isMuted(alarmWith(fields), 100)).toBe(expected);
});

it("an alarm without a message has none to send, and one with it sends it when it was decided", () => {
  const outbox = { notice: "raised", revision: 1, atMs: 10 } as const;
  expect(sendMsOf(alarmWith())).toBe(NEVER);
  expect(sendMsOf(alarmWith({ outbox }))).toBe(10);
});

describe("a sweep looks at an alarm", () => {
  const reminded = { reAlarmMs: 50, lastSentMs: 20 };

  test.each<[string, Partial<Alarm>, number]>([
    ["of a node only when something happens", {}, NEVER],
    ["of a series from when it was raised on", { series: "Room.T" }, 10],
    ["when it is not shelved any more", { shelvedUntilMs: 70 }, 70],
    ["when its maintenance ends", { suppressedUntilMs: 60, shelvedUntilMs: 70 }, 60],
    ["when it ends by the passing of time", { endsMs: 55, suppressedUntilMs: 60 }, 55],
    ["when it is to be sent again", reminded, 70],
    ["not to send it again if it was acknowledged", { ...reminded, ackedMs: 30 }, NEVER],
    ["not to send it again if it was never sent", { reAlarmMs: 50 }, NEVER],
    ["not to send it again if its rule does not want that", { lastSentMs: 20 }, NEVER],
    ["to send it again after it was shelved", { ...reminded, shelvedUntilMs: 90 }, 90],
    ["not when it has ended", { ...cleared, series: "Room.T" }, NEVER],
    ["not when it was taken back", { retractedMs: 95, shelvedUntilMs: 70 }, NEVER],
  ])("%s", (_, fields, expected) => {
    expect(lookMsOf(alarmWith(fields))).toBe(expected);
  });

  it("a sweep looks at an alarm that was suppressed to send it again only after that", () => {
    expect(lookMsOf(alarmWith({ ...reminded, suppressedUntilMs: 65 }))).toBe(65);
    expect(lookMsOf(alarmWith({ ...reminded, suppressedUntilMs: 95 }))).toBe(95);
  });
});
