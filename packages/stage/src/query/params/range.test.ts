import { expect, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import fc from "fast-check";
import { requireOrder } from "./range.ts";

/** Returns the message of the refusal; `undefined` if the range is accepted. */
function refusalOf(run: () => void): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof RainhooksError && error.code === "input-invalid" && error.permanent)
      return error.message;
    throw error;
  }
  return undefined;
}

test("a range is accepted if its end lies after its beginning", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -2, max: 2 }), (fromMs, lengthMs) => {
      const refusal = refusalOf(() => requireOrder(fromMs, fromMs + lengthMs, fromMs + lengthMs));
      expect(refusal).toBe(lengthMs > 0 ? undefined : "`from` must lie before `to`.");
    }),
  );
});

test("a refusal names the parameters, and says that an end that was not given is now", () => {
  expect(refusalOf(() => requireOrder(2, 1, 1, ["sinceFrom", "sinceTo"]))).toBe(
    "`sinceFrom` must lie before `sinceTo`.",
  );
  expect(refusalOf(() => requireOrder(2, 1, undefined))).toBe(
    "`from` must lie before `to`, which is now by default.",
  );
});
