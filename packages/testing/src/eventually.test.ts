import { expect, it } from "@jest/globals";
import { eventually } from "./eventually.ts";

it("eventually returns what it read when that is as expected", async () => {
  let count = 0;
  const look = () => {
    count += 1;
    return count;
  };
  expect(await eventually(look, (seen) => seen === 3, { everyMs: 1 })).toBe(3);
});

it("eventually throws with what it read last when that never is as expected", async () => {
  const never = eventually(
    () => "wrong",
    () => false,
    { timeoutMs: 20, everyMs: 1 },
  );
  await expect(never).rejects.toThrow('Not as expected after 0.02 s: "wrong"');
});
