import { expect, it } from "@jest/globals";
import { OutsideCalls } from "./held-back.ts";

function counter() {
  const lines: string[] = [];
  return { lines, heldBack: new OutsideCalls((line) => lines.push(line)) };
}

it("says the first attempt at once, and the others at powers of ten", () => {
  const { lines, heldBack } = counter();
  expect(heldBack.summary()).toBeUndefined();
  for (let count = 0; count < 1500; count++) heldBack.add("door-bell", "a.example:443");
  heldBack.add("hello", "a.example:443");
  expect(lines).toEqual([
    '! held back: door-bell → a.example:443. Only "npm start -- --allow-outside" connects to other machines.',
    "! held back 10 times: door-bell → a.example:443",
    "! held back 100 times: door-bell → a.example:443",
    "! held back 1000 times: door-bell → a.example:443",
    '! held back: hello → a.example:443. Only "npm start -- --allow-outside" connects to other machines.',
  ]);
  expect(heldBack.summary()).toBe(
    "Held back 1501 attempts to reach other machines: door-bell → a.example:443 1500, hello → a.example:443 1",
  );
});

it("is bounded, whatever a function tries to reach", () => {
  const { lines, heldBack } = counter();
  for (let count = 0; count < 10_000; count++)
    heldBack.add("door-bell", `${"x".repeat(5000)}\u001b[2J${count}`);
  for (let count = 0; count < 10_000; count++) heldBack.add("door-bell", `a${count}.example:443`);
  heldBack.add("door-bell", "\u001b[2J");
  expect(lines.length).toBeLessThan(110);
  expect(lines.join("").length).toBeLessThan(50_000);
  expect(lines.join("")).not.toMatch(/\p{Cc}/u);
  expect(heldBack.summary()).toMatch(/^Held back 20001 attempts to reach other machines: .*, …$/);
});
