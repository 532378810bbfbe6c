import { expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { deliveryOf } from "@rainhooks/testing/samples";
import { contentFilter } from "./content-filter.ts";

function alertOf(message_body: string): RainmakerEvent {
  const event_data = { node_id: "n1", user_id: "u", message_body };
  const decoded = decode(
    deliveryOf({ event_type: "rmaker.event.alert", timestamp: 1, event_data }),
  );
  if (decoded.kind !== "event") throw new Error("It is an event.");
  return decoded.event;
}

it("contentFilter delays a large event after its conditions have read much in this invocation; small events pass", async () => {
  const all = [
    { where: 'event.data.message.contains("x")' },
    { where: "size(event.data.message) > 1" },
  ];
  const holds = await contentFilter(all, 3_000_000);
  const judge = (event: RainmakerEvent) => all.map((one) => holds(one, event, () => undefined));
  const large = () => alertOf("x".repeat(600_000));
  const small = alertOf("xx");
  expect(judge(large())).toEqual([true, true]);
  expect(judge(large())).toEqual([true, true]);
  expect(() => judge(large())).toThrow(
    expect.objectContaining({ code: "not-attempted", permanent: false }),
  );
  for (let count = 0; count < 100; count += 1) expect(judge(small)).toEqual([true, true]);
  // Of the event that begins the next invocation, all conditions are asked.
  const later = await contentFilter(all, 0);
  const again = large();
  expect(all.map((one) => later(one, again, () => undefined))).toEqual([true, true]);
});
