import { expect, it } from "@jest/globals";
import { withWebhook } from "./register.mjs";

const LIST = `import type { FunctionDefinition } from "@rainhooks/webhook/define";

export const OWN: readonly FunctionDefinition[] = [];
`;

it("a webhook is added to the list, also when the formatter has put each element on a line of its own", () => {
  const first = withWebhook(LIST, "door-bell");
  expect(first).toContain('import { doorBell } from "@rainhooks/app-door-bell/webhook";');
  expect(first).toContain("OWN: readonly FunctionDefinition[] = [doorBell];");
  const both = withWebhook(first.replace("[doorBell]", "[\n  doorBell,\n]"), "second");
  expect(both).toContain("OWN: readonly FunctionDefinition[] = [doorBell, second];");
});

it("a list of another form is not changed in silence", () => {
  expect(() => withWebhook("export const OWN = [];", "door-bell")).toThrow("Edit it by hand");
});
