import { expect, it } from "@jest/globals";
import { eventually } from "./eventually.ts";

it("returns what it saw when that was as expected", async () => {
  let count = 0;
  const look = () => {
    count += 1;
    return count;
  };
  expect(await eventually(look, (seen) => seen === 3, { everyMs: 1 })).toBe(3);
});

it("throws with what it saw last when that never is as expected", async () => {
  const never = eventually(
    () => "wrong",
    () => false,
    { timeoutMs: 20, everyMs: 1 },
  );
  await expect(never).rejects.toThrow('Not as expected after 0.02 s: "wrong"');
});
