import { expect, it } from "@jest/globals";
import { textsIn } from "../operations/read-request.ts";
import { fleetQuestion } from "../query/questions/fleet.ts";
import { textReader } from "./options.ts";

it("relative times of options stay as they are written, until a query is made", () => {
  const { from, every } = fleetQuestion.params;
  expect([textReader(from)("2h"), textReader(from)("2026-11-24"), textReader(every)("5m")]).toEqual(
    ["2h", "2026-11-24", "5m"],
  );
  expect(() => textReader(from)("1795547023")).toThrow("is not a time in milliseconds");
  expect(() => textReader(from)("soon")).toThrow("It must be a time");
  const texts = { from: "2h", to: "2026-11-24", every: "5m", node: "2h", page: undefined };
  const nowMs = 2_000_000_000_000;
  expect(textsIn(fleetQuestion.params, texts, nowMs)).toEqual({
    ...texts,
    page: undefined,
    from: "1999992800000",
    to: "2026-11-24",
  });
});
