import { expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core";
import { oneEach } from "./sink.ts";

it("returns a temporary failure of an item before its permanent ones, whatever their order", () => {
  const passing = { id: "a", error: new RainhooksError("sink-unavailable", "throttled") };
  const lasting = { id: "a", error: new RainhooksError("sink-rejected", "refused", { permanent: true }) };
  const other = { ...lasting, id: "b" };
  expect(oneEach([passing, lasting, other])).toEqual([passing, other]);
  expect(oneEach([lasting, passing, other])).toEqual([passing, other]);
});
