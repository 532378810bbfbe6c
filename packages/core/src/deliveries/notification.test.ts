import { describe, expect, it } from "@jest/globals";
import { anyCharacter } from "@rainhooks/testing/hostile";
import fc from "fast-check";
import type { Delivery } from "./delivery.ts";
import { notificationText } from "./notification.ts";
import {
  DEAD_SINCE_ATTRIBUTE,
  REPLAY_ATTRIBUTE,
  readDelivery,
  readReplay,
  replayText,
} from "./read.ts";

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/).filter((text) => text !== "__proto__");
const delivery: fc.Arbitrary<Delivery> = fc.record({
  id: fc.string({ minLength: 1 }),
  sentAtMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  topic: fc.option(name, { nil: undefined }),
  attributes: fc.dictionary(name, fc.string({ unit: anyCharacter }), { noNullPrototype: true }),
  body: fc.string({ unit: anyCharacter }),
});
const job = fc.stringMatching(/^[a-z0-9-]{1,30}$/);
const replay = fc.oneof(
  fc.record({ job }),
  fc.record({ job, address: fc.stringMatching(/^[a-zA-Z0-9 :/-]{0,20}$/) }),
);

describe("a delivery that is sent again", () => {
  it("a delivery that is sent again is read unchanged", () => {
    fc.assert(
      fc.property(delivery, (sent) => {
        expect(readDelivery({ messageId: "other", body: notificationText(sent) })).toEqual(sent);
      }),
    );
  });

  it("a delivery that is sent again has its replay, beside what it had before", () => {
    fc.assert(
      fc.property(delivery, replay, (sent, by) => {
        const attribute = { dataType: "String", stringValue: replayText(by) };
        const messageAttributes = { [REPLAY_ATTRIBUTE]: attribute };
        const record = { messageId: "other", body: notificationText(sent), messageAttributes };
        expect(readDelivery(record)).toEqual({ ...sent, replay: by });
        const raw = readDelivery({ ...record, body: "not from SNS" });
        expect([raw.attributes, raw.replay]).toEqual([{}, by]);
      }),
    );
  });

  it("a delivery with raw message delivery keeps the attributes that were published, without ours", () => {
    const text = (stringValue: string) => ({ dataType: "String", stringValue });
    const messageAttributes = { kept: text("1"), [DEAD_SINCE_ATTRIBUTE]: text("1790000000000") };
    const raw = readDelivery({ messageId: "raw", body: "not from SNS", messageAttributes });
    expect(raw.attributes).toEqual({ kept: "1" });
  });

  it("a delivery has no replay if the attribute is empty", () => {
    expect(readReplay("")).toBeUndefined();
  });
});
