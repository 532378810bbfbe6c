import { expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { oneEach } from "./sink.ts";

it("oneEach returns a temporary failure of an item before its permanent ones, whatever their order", () => {
  const temporary = { id: "a", error: new RainhooksError("sink-unavailable", "throttled") };
  const permanent = {
    id: "a",
    error: new RainhooksError("sink-rejected", "refused", { permanent: true }),
  };
  const other = { ...permanent, id: "b" };
  expect(oneEach([temporary, permanent, other])).toEqual([temporary, other]);
  expect(oneEach([permanent, temporary, other])).toEqual([temporary, other]);
});
