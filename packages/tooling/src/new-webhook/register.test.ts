import { expect, it } from "@jest/globals";
import { listed, withoutWebhook, withWebhook } from "./register.mjs";

const LIST = `import type { FunctionDefinition } from "@rainhooks/webhook/define";

export const OWN: readonly FunctionDefinition[] = [];
`;

it("a webhook is added to the list, and taken out again", () => {
  const added = withWebhook(LIST, "door-bell");
  expect(added).toContain('import { doorBell } from "@rainhooks/app-door-bell/webhook";');
  expect(added).toContain("OWN: readonly FunctionDefinition[] = [doorBell];");
  expect(withoutWebhook(added, "door-bell")).toBe(LIST);
  expect(
    listed("export const SHIPPED: readonly FunctionDefinition[] = [archive, hello];", "SHIPPED"),
  ).toEqual(["archive", "hello"]);
});

it("also when the formatter has put each element on a line of its own", () => {
  const long = withWebhook(LIST, "first").replace("[first]", "[\n  first,\n]");
  const both = withWebhook(long, "second");
  expect(listed(both, "OWN")).toEqual(["first", "second"]);
  expect(listed(withoutWebhook(both, "first"), "OWN")).toEqual(["second"]);
  expect(withoutWebhook(both, "first")).not.toMatch(/first/);
});

it("a list of another form is not changed in silence", () => {
  expect(() => withWebhook("export const OWN = [];", "door-bell")).toThrow("Edit it by hand");
  expect(() => withoutWebhook(LIST, "door-bell")).toThrow("Edit it by hand");
});
