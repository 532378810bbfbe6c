import { expect, test } from "@jest/globals";
import { judgeByBounds } from "./values.ts";

test.each([
  [{ above: 30, hysteresis: 2 }, 31, "out"],
  [{ above: 30, hysteresis: 2 }, 30, "close"],
  [{ above: 30, hysteresis: 2 }, 28.1, "close"],
  [{ above: 30, hysteresis: 2 }, 28, "in"],
  [{ below: 10, hysteresis: 2 }, 9, "out"],
  [{ below: 10, hysteresis: 2 }, 10, "close"],
  [{ below: 10, hysteresis: 2 }, 11.9, "close"],
  [{ below: 10, hysteresis: 2 }, 12, "in"],
  [{ above: 30, below: 10, hysteresis: 0 }, 30, "in"],
  [{ above: 30, below: 10, hysteresis: 0 }, 10, "in"],
  [{ above: 30, hysteresis: 0 }, "31", undefined],
  [{ above: 0, hysteresis: 0 }, true, undefined],
  [{ below: 10, hysteresis: 0 }, null, undefined],
] as const)("within %j, %j is %s", (bounds, value, judgement) => {
  expect(judgeByBounds(bounds, value)).toBe(judgement);
});
