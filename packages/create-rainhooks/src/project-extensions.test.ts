import { expect, it } from "@jest/globals";
import { withWebhook } from "./templates.mjs";

const LIST = `import type { Extension } from "rainhooks/extension";

const OTHER = { functions: [] };
export const PROJECT_EXTENSIONS: readonly Extension[] = [
  { name: "own", description: "Ours.", functions: [] },
  { name: "doors", description: "Doors.", functions: [] },
];
`;

it("a webhook is added to the first extension, also when the formatter has put each on a line of its own", () => {
  const first = withWebhook(LIST, "door-bell", "./webhooks/door-bell/webhook.ts") ?? "";
  expect(first).toContain(
    'import { doorBell } from "./webhooks/door-bell/webhook.ts";\nimport type',
  );
  expect(first).toContain('description: "Ours.", functions: [doorBell] }');
  const both = withWebhook(
    first.replace("[doorBell]", "[\n  doorBell,\n]"),
    "second",
    "@rainhooks/app-second",
  );
  expect(both).toContain('description: "Ours.", functions: [doorBell, second] }');
  expect(both).toContain('description: "Doors.", functions: [] }');
});

it("a list of another form is not changed", () => {
  expect(
    withWebhook("export const PROJECT_EXTENSIONS = [own];", "door-bell", "./x.ts"),
  ).toBeUndefined();
});
