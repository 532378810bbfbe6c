import { expect, test } from "@jest/globals";
import { readRule } from "../rule/read-rule.ts";
import { ruleKinds } from "./watch.ts";

test("the example of a kind is a rule of this kind, with fields of its form, and replaces no rule", () => {
  const kinds = ruleKinds();
  expect(kinds.length).toBeGreaterThan(5);
  for (const { kind, fields, example } of kinds) {
    expect(readRule(JSON.stringify({ name: "a", ...example })).kind).toBe(kind);
    expect(example).not.toHaveProperty("name");
    const names = ["kind", ...fields.map(({ name }) => name)];
    expect(Object.keys(example).filter((name) => !names.includes(name))).toEqual([]);
  }
});

test("a form has every field that a rule of its kind can have, its name and what is required first", () => {
  for (const { kind, fields } of ruleKinds()) {
    const names = fields.map(({ name }) => name);
    const problem = messageOf({ name: "a", kind, nonsense: 1 });
    expect(problem).toContain(`has no field "nonsense"`);
    for (const name of /Its fields are ([^.]*)\./.exec(problem)?.[1]?.split(", ") ?? [])
      expect(["kind", ...names]).toContain(name);
    expect(names[0]).toBe("name");
    const required = fields.map((one) => one.required === true);
    expect(required).toEqual(required.toSorted((a, b) => Number(b) - Number(a)));
  }
});

function messageOf(rule: object): string {
  try {
    readRule(JSON.stringify(rule));
    return "";
  } catch (error) {
    return String(error);
  }
}
