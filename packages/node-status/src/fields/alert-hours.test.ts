import { expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core";
import { deliveryOf } from "@rainhooks/testing";
import fc from "fast-check";
import { project } from "../project.ts";
import { alertHours } from "./alert-hours.ts";

const HOUR_MS = 3_600_000;

function oneAt(atMs: number, type = "rmaker.event.alert") {
  const body = { event_type: type, timestamp: atMs, event_data: { node_id: "n", message_body: "hot" } };
  const decoded = decode(deliveryOf(body, { sentAtMs: atMs }));
  if (decoded.kind !== "event") throw new Error("not decoded");
  return project([decoded.event], 0).alertHours;
}

it("has each hour of the last 256 in which there was an alert, whatever the order and repetitions", () => {
  const times = fc.array(fc.integer({ min: 400_000, max: 400_400 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(times, fc.nat(40), (hours, cut) => {
      const joined = [...hours.slice(cut), ...hours, ...hours.slice(0, cut)]
        .map((hour) => oneAt(hour * HOUR_MS + 1234))
        .reduce((a, b) => alertHours.decode(alertHours.encode(alertHours.join(a, b))), alertHours.initial);
      const newest = Math.max(...hours);
      const expected = [...new Set(hours)].filter((hour) => hour > newest - 256).sort((a, b) => a - b);
      expect(joined.intervals.map((atMs) => atMs / HOUR_MS)).toEqual(expected);
    }),
  );
});

test.each([undefined, null, 7, "", "7", "x AQ", "7 !", {}, []])("ignores what it cannot read: %j", (raw) => {
  expect(alertHours.decode(raw)).toEqual(alertHours.initial);
  expect(oneAt(5, "rmaker.event.node_connected")).toEqual(alertHours.initial);
});
