import { expect, it } from "@jest/globals";
import { OutsideCalls } from "./outside-calls.ts";

function counter() {
  const lines: string[] = [];
  return { lines, outsideCalls: new OutsideCalls((line) => lines.push(line)) };
}

it("OutsideCalls prints the first attempt at once, and the others at powers of ten", () => {
  const { lines, outsideCalls } = counter();
  expect(outsideCalls.summary()).toBeUndefined();
  for (let count = 0; count < 1500; count++) outsideCalls.add("door-bell", "a.example:443");
  outsideCalls.add("hello", "a.example:443");
  expect(lines).toEqual([
    '! blocked: door-bell → a.example:443. Only "npm start -- --allow-outside" connects to other machines.',
    "! blocked 10 times: door-bell → a.example:443",
    "! blocked 100 times: door-bell → a.example:443",
    "! blocked 1000 times: door-bell → a.example:443",
    '! blocked: hello → a.example:443. Only "npm start -- --allow-outside" connects to other machines.',
  ]);
  expect(outsideCalls.summary()).toBe(
    "Blocked 1501 attempts to reach other machines: door-bell → a.example:443 1500, hello → a.example:443 1",
  );
});

it("OutsideCalls is bounded, whatever a function tries to reach", () => {
  const { lines, outsideCalls } = counter();
  for (let count = 0; count < 10_000; count++)
    outsideCalls.add("door-bell", `${"x".repeat(5000)}\u001b[2J${count}`);
  for (let count = 0; count < 10_000; count++)
    outsideCalls.add("door-bell", `a${count}.example:443`);
  outsideCalls.add("door-bell", "\u001b[2J");
  expect(lines.length).toBeLessThan(110);
  expect(lines.join("").length).toBeLessThan(50_000);
  expect(lines.join("")).not.toMatch(/\p{Cc}/u);
  expect(outsideCalls.summary()).toMatch(/^Blocked 20001 attempts to reach other machines: .*, …$/);
});
