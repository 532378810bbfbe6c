import { expect, it } from "@jest/globals";
import { withoutWebhook, withWebhook } from "./register.mjs";

const LIST = `import { archive } from "@rainhooks/app-archive/webhook";
import { hello } from "@rainhooks/app-hello/webhook";

export const SHIPPED: readonly Webhook[] = [archive, hello];

export const WEBHOOKS: readonly Webhook[] = [...SHIPPED];
`;

it("a webhook is added to the list, and taken out again", () => {
  const added = withWebhook(LIST, "door-bell");
  expect(added).toContain('import { doorBell } from "@rainhooks/app-door-bell/webhook";');
  expect(added).toContain("[...SHIPPED, doorBell]");
  expect(withoutWebhook(added, "door-bell")).toBe(LIST);
});

it("also when the formatter has put each element on a line of its own", () => {
  const long = withWebhook(LIST, "first").replace("[...SHIPPED, first]", "[\n  ...SHIPPED,\n  first,\n]");
  const both = withWebhook(long, "second");
  expect(both).toMatch(/\[\.\.\.SHIPPED, second,\s+first,/);
  expect(withoutWebhook(both, "first")).not.toMatch(/first/);
  expect(withoutWebhook(both, "first")).toContain("second");
});

it("a list of another form is not changed in silence", () => {
  expect(() => withWebhook("export const WEBHOOKS = SHIPPED;", "door-bell")).toThrow("Edit it by hand");
  expect(() => withoutWebhook(LIST, "door-bell")).toThrow("Edit it by hand");
});
