import { expect, test } from "@jest/globals";
import { readRule } from "@rainhooks/watch";
import { ruleExamples } from "./rule-examples.ts";

test("the example of a kind is a rule of this kind", () => {
  const examples = ruleExamples();
  expect(examples.length).toBeGreaterThan(5);
  for (const { kind, text } of examples) expect(readRule(text).kind).toBe(kind);
});
